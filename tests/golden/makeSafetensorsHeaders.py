"""Writes safetensorsHeaders.json beside it: python makeSafetensorsHeaders.py (torch 2.15.0, safetensors 0.8).

What the format's own library says to files with odd headers. A file is the length of the header in 8 bytes (another number if
`length` is given), the header and `data` zero bytes; or `file`, which is all of it. Header and file are lists of parts: a text in
UTF-8, or `{"hex": …}`, or a text with the number of times that it comes. `safeOpen` and `loadFile` are the message of the error of
`safe_open` and `safetensors.torch.load_file`, or null where they accept. `tensors` and `metadata` are what `safe_open` says.
"""
import json
import os
import struct
import tempfile

import safetensors
import torch
from safetensors import safe_open
from safetensors.torch import load_file

F32 = '"dtype":"F32"'
REST = '"shape":[1],"data_offsets":[0,4]'
A = '"a":{' + F32 + "," + REST + "}"
cases = []


def case(name, header, data=4, **more):
    cases.append({"name": name, "header": header if isinstance(header, list) else [header], "data": data, **more})


def whole(name, parts):
    cases.append({"name": name, "file": parts})


def entry(dtype='"F32"', shape="[1]", offsets="[0,4]"):
    return '{"a":{"dtype":%s,"shape":%s,"data_offsets":%s}}' % (dtype, shape, offsets)


def extra(value):
    return ["{" + A[:-1] + ',"x":'] + (value if isinstance(value, list) else [value]) + ["}}"]


# The file around the header.
whole("no bytes", [])
whole("one byte", [{"hex": "00"}])
whole("seven bytes", [{"hex": "00" * 7}])
whole("eight zeros", [{"hex": "00" * 8}])
whole("nine zeros", [{"hex": "00" * 9}])
whole("a length alone", [{"hex": "02" + "00" * 7}])
for name, length in [("0", 0), ("1", 1), ("one less", 1 + len(A)), ("one more", 3 + len(A)), ("with the data", 6 + len(A)), ("one beyond the file", 7 + len(A)),
                     ("100,000,000", 10**8), ("100,000,001", 10**8 + 1), ("2^32", 2**32), ("2^53", 2**53), ("2^63 - 1", 2**63 - 1), ("2^63", 2**63), ("2^64 - 1", 2**64 - 1), ("2^64 - 8", 2**64 - 8)]:
    case("a length of " + name, "{" + A + "}", length=str(length))
case("a header of 100,000,000 bytes", ["{}", [" ", 10**8 - 2]], 0)
case("a header of 100,000,001 bytes", ["{}", [" ", 10**8 - 1]], 0)
case("no tensors", "{}", 0)
case("no tensors and data", "{}", 1)
case("an empty header", "", 0)
case("white space alone", "   ", 0)
case("plain", "{" + A + "}")
case("no data", "{" + A + "}", 0)
case("a byte less", "{" + A + "}", 3)
case("a byte more", "{" + A + "}", 5)
case("eight bytes more", "{" + A + "}", 12)
# Around the object.
for name, before, after in [("spaces after", "", "    "), ("spaces before", "  ", ""), ("all white space", " \t\r\n", "\n\r\t "), ("NUL after", "", "\0"), ("NUL before", "\0", ""),
                            ("form feed before", "\f", ""), ("vertical tab after", "", "\v"), ("no-break space before", "\u00a0", ""), ("byte order mark", "\ufeff", ""), ("byte order mark after", "", "\ufeff"),
                            ("two objects", "", "{}"), ("a comma after", "", ","), ("a bracket after", "", "}"), ("a bracket before", "{", ""), ("an array around", "[", "]"), ("a comment after", "", "//x"), ("a text after", "", " x")]:
    case(name, before + "{" + A + "}" + after)
for value in ["[]", "null", "true", "1", '"a"', "{", "}", "[", '{"a"', '{"a":', "{" + A, "{" + A + ",", "nul", "-", '"']:
    case("the header " + value, value)
case("a comma at the end", "{" + A + ",}")
case("a comma at the front", "{," + A + "}")
case("two commas", "{" + A + ',,"b":{"dtype":"U8","shape":[0],"data_offsets":[4,4]}}')
case("no comma", "{" + A + '"b":{"dtype":"U8","shape":[0],"data_offsets":[4,4]}}')
case("a key without quotes", "{a:{" + F32 + "," + REST + "}}")
case("single quotes", ("{" + A + "}").replace('"', "'"))
case("white space everywhere", '{ "a" : { "dtype" : "F32" , "shape" : [ 1 ] , "data_offsets" : [ 0 , 4 ] } } ')
case("UTF-16", [{"hex": ("{" + A + "}").encode("utf-16-le").hex()}])
# UTF-8 and strings.
for name, bad in [("ff", "ff"), ("a lone continuation", "80"), ("a cut character", "c3"), ("an overlong slash", "c0af"), ("an overlong NUL", "c080"), ("an encoded surrogate", "eda080"), ("beyond Unicode", "f4908080"), ("five bytes", "f888808080")]:
    case("bad UTF-8 in a name: " + name, ['{"', {"hex": bad}, '":{' + F32 + "," + REST + "}}"])
case("bad UTF-8 in a further field", extra(['"', {"hex": "ff"}, '"']))
case("bad UTF-8 in the metadata", ['{"__metadata__":{"k":"', {"hex": "c3"}, '"},' + A + "}"])
case("bad UTF-8 after the object", ["{" + A + "}", {"hex": "ff"}])
for name, text in [("empty", ""), ("one space", " "), ("not ASCII", "\u00e9\u4e2d\U0001f600"), ("noncharacters", "\uffff\ufffe"), ("byte order mark", "\ufeffa"), ("escapes", '\\"\\\\\\/\\b\\f\\n\\r\\t'), ("NUL as an escape", "\\u0000"),
                   ("an escaped letter", "\\u0061"), ("escapes in capitals", "\\u00E9"), ("a pair of surrogates", "\\ud83d\\ude00"), ("half a pair", "\\ud800"), ("the other half", "\\udc00"), ("a reversed pair", "\\ude00\\ud83d"), ("half a pair and a letter", "\\ud800a"), ("two first halves", "\\ud800\\ud800\\udc00"),
                   ("an unknown escape", "\\x41"), ("a short escape", "\\u12"), ("an escape of no digits", "\\uzzzz"), ("a capital U", "\\U0061"), ("a line break", "a\nb"), ("a tab", "\t"), ("a control character", "\x01"), ("DEL", "\x7f"), ("C1", "\x85"), ("a line separator", "\u2028"), ("a backslash at the end", "\\"), ("__proto__", "__proto__"), ("constructor", "constructor"), ("metadata in capitals", "__METADATA__"), ("a path", "../../etc/passwd")]:
    case("the name: " + name, '{"%s":{%s,%s}}' % (text, F32, REST))
case("a long name", ['{"', ["x", 100_000], '":{' + F32 + "," + REST + "}}"])
# Metadata.
for value in ["null", "{}", '{"a":"b"}', '{"":""}', '{"a":"\\u00e9"}', '{"a":null}', '{"a":1}', '{"a":true}', '{"a":{}}', '{"a":["b"]}', "[]", '[["a","b"]]', '"a"', "1", "true", '{"a":"\\ud800"}', '{"\\ud800":"a"}', '{"a":"b",}', "nul"]:
    case("the metadata " + value, '{"__metadata__":%s,%s}' % (value, A))
case("metadata alone", '{"__metadata__":{"a":"b"}}', 0)
case("metadata of null alone", '{"__metadata__":null}', 0)
case("metadata at the end", "{" + A + ',"__metadata__":{"a":"b"}}')
case("metadata with an escape in its key", '{"__metadata\\u005f_":{"a":"b"},%s}' % A)
case("metadata like a tensor", '{"__metadata__":{%s,%s}}' % (F32, REST))
# Keys that occur twice: the library takes the last one or refuses.
for name, header in [("a tensor", "{" + A + "," + A + "}"), ("a tensor by an escape", "{" + A + "," + A.replace('"a"', '"\\u0061"') + "}"), ("the metadata", '{"__metadata__":{},"__metadata__":{},%s}' % A), ("null metadata", '{"__metadata__":null,"__metadata__":null,%s}' % A), ("a key of the metadata", '{"__metadata__":{"k":"1","k":"2"},%s}' % A),
                     ("dtype", '{"a":{%s,%s,%s}}' % (F32, F32, REST)), ("shape", '{"a":{"shape":[1],%s,%s}}' % (F32, REST)), ("data_offsets", '{"a":{"data_offsets":[0,4],%s,%s}}' % (F32, REST))]:
    case("twice: " + name, header, twice=True)
# Entries.
for value in ["null", "1", '"F32"', "true", "[]", "{}", '["F32",[1],[0,4]]', '["F32",[1]]', '["F32",[1],[0,4],1]', '["F32",[1],[0,4],]', '[[1],"F32",[0,4]]', '[{"F32":null},[1],[0,4]]']:
    case("the entry " + value, '{"a":%s}' % value)
case("no dtype", '{"a":{%s}}' % REST)
case("no shape", '{"a":{%s,"data_offsets":[0,4]}}' % F32)
case("no offsets", '{"a":{%s,"shape":[1]}}' % F32)
case("another order of fields", '{"a":{"data_offsets":[0,4],"shape":[1],"dtype":"F32"}}')
case("fields in capitals", '{"a":{"DTYPE":"F32",%s}}' % REST)
case("a field with an escape", '{"a":{"d\\u0074ype":"F32",%s}}' % REST)
for value in ["null", "0", "true", "[]", "{}", '["F32"]', '"f32"', '" F32"', '"F32 "', '""', '"float32"', '"F\\u00332"', '{"F32":null}', '{"F32":1}', '{"F32":{}}', '{"F32":null,"F16":null}', '{"Q":null}', '{"F32":nul}']:
    case("the dtype " + value, entry(dtype=value))
BITS = {"BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32, "F64": 64, "I64": 64, "U64": 64, "C64": 64, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6}
for dtype, bits in BITS.items():
    n = bits * 4 // 8
    case(dtype, entry('"%s"' % dtype, "[4]", "[0,%d]" % n), n)
    case(dtype + " beside F32", '{"q":{"dtype":"%s","shape":[2,2],"data_offsets":[4,%d]},%s}' % (dtype, 4 + n, A), 4 + n)
for dtype in ["C128", "C32", "I4", "U4", "I128", "F128", "F8", "F8_E4M3FN", "F8_E3M4", "F4_E2M1", "BF8", "BOOL8", "TF32", "Q8_0"]:
    case("no dtype: " + dtype, entry('"%s"' % dtype, "[0]", "[0,0]"), 0)
for dtype, shape, n in [("F4", "[1]", 0), ("F4", "[1]", 1), ("F4", "[3]", 2), ("F4", "[2,3]", 3), ("F4", "[0]", 0), ("F4", "[]", 1), ("F6_E2M3", "[1]", 1), ("F6_E2M3", "[2]", 2), ("F6_E2M3", "[8]", 6), ("F6_E3M2", "[2,2]", 3), ("F6_E3M2", "[0,3]", 0)]:
    case("%s of %s in %d bytes" % (dtype, shape, n), entry('"%s"' % dtype, shape, "[0,%d]" % n), n)
# Further fields.
for value in ["null", "true", "false", "1", "-1", "-0", "0.5", "1e5", "1E+5", "1e-400", "1e308", "1e309", "-1e309", "0e999999999999", "1e99999999999999999999", "123456789012345678901234567890", "[]", "{}", '[1,"a",null,{"b":[true]}]', '{"y":1}', '"a"', '""',
              "01", "+1", ".5", "1.", "1e", "1e+", "-", "--1", "0x1", "Infinity", "NaN", "undefined", "tru", "True", "nulll", "'a'", "/*c*/1", '"a', "[1,2", "[1,]", "[,]", "[1 2]", '{"b"}', '{"b":}', '{"b":1,}', "{b:1}", "[]]", '"\\ud800"', '{"\\udc00":1}', '"\\u0000"', '"\\q"', "[[[[]]]]"]:
    case("a further field " + value, extra(value))
for depth in [100, 125, 126, 127, 200, 100_000]:
    case("a further field of depth %d" % depth, extra([["[", depth], ["]", depth]]))
    case("a further field of objects, depth %d" % depth, extra([['{"a":', depth - 1], "{}", ["}", depth - 1]]))
for digits in [20, 300, 400, 100_000]:
    case("a further field of %d digits" % digits, extra([["9", digits]]))
    case("a shape of %d digits" % digits, ['{"a":{' + F32 + ',"shape":[', ["9", digits], '],"data_offsets":[0,4]}}'])
case("a further field of 400 zeros after the point", extra(["0.", ["0", 400], "1"]))
case("100,000 further fields", ["{" + A[:-1], [',"x":1', 100_000], "}}"])
# Shapes and sizes.
for value in ["null", "1", '"1"', "{}", "[]", "[null]", "[true]", '["1"]', "[[1]]", "[-1]", "[-0]", "[0]", "[01]", "[+1]", "[1.0]", "[1e0]", "[1E2]", "[0.5]", "[1,]", "[,1]", "[1 1]", "[ 1 ]", "[1,1,1]", "[2]", "[1,0]", "[4294967296,4294967296]", "[9007199254740992]", "[9007199254740993]", "[18446744073709551615]", "[18446744073709551616]",
              "[2305843009213693952]", "[4611686018427387905]", "[2147483648,2147483648,4]", "[99999999999999999999999999]", "[0x1]", "[NaN]", "[1e400]"]:
    case("the shape " + value, entry(shape=value))
for value in ["[0]", "[-0]", "[0.0]", "[0,0]", "[0,1]", "[1099511627776,0]", "[9007199254740993,0]", "[0,9007199254740993]", "[9223372036854775807,0]", "[9223372036854775808,0]", "[18446744073709551615,0]", "[0,18446744073709551615]", "[18446744073709551616,0]", "[0,18446744073709551616]", "[1099511627776,1099511627776,0]", "[0,1099511627776,1099511627776]", "[4294967296,4294967295,0]", "[4294967296,4294967296,0]", "[]", "[576460752303423488]", "[1]"]:
    case("no bytes for the shape " + value, entry(shape=value, offsets="[0,0]"), 0)
for count in [64, 65, 100, 1000]:
    case("a shape of %d ones" % count, ['{"a":{' + F32 + ',"shape":[', ["1,", count - 1], '1],"data_offsets":[0,4]}}'])
# Offsets.
for value in ["null", "4", '"0,4"', "{}", '{"0":0,"1":4}', "[]", "[0]", "[0,4,5]", "[[0],[4]]", "[0,null]", '[0,"4"]', "[0,4.0]", "[0,4e0]", "[-0,4]", "[00,4]", "[0,04]", "[-4,0]", "[4,0]", "[0,3]", "[0,5]", "[1,5]", "[4,8]", "[0,18446744073709551615]", "[18446744073709551612,18446744073709551616]", "[18446744073709551612,0]", "[9007199254740992,9007199254740996]", "[0,1e400]", "[0,4,]"]:
    case("the offsets " + value, entry(offsets=value))


def several(name, entries, data):
    case(name, "{" + ",".join('"%s":{"dtype":"%s","shape":%s,"data_offsets":%s}' % e for e in entries) + "}", data)


several("two tensors", [("a", "F32", "[1]", "[0,4]"), ("b", "F32", "[1]", "[4,8]")], 8)
several("two tensors in another order", [("b", "F32", "[1]", "[4,8]"), ("a", "F32", "[1]", "[0,4]")], 8)
several("the same bytes twice", [("a", "F32", "[1]", "[0,4]"), ("b", "F32", "[1]", "[0,4]")], 4)
several("an overlap", [("a", "F32", "[1]", "[0,4]"), ("b", "F32", "[1]", "[3,7]")], 7)
several("a tensor inside another", [("a", "F32", "[2]", "[0,8]"), ("b", "U8", "[2]", "[2,4]")], 8)
several("a hole at the front", [("a", "F32", "[1]", "[4,8]")], 8)
several("a hole between", [("a", "F32", "[1]", "[0,4]"), ("b", "F32", "[1]", "[8,12]")], 12)
several("a hole at the end", [("a", "F32", "[1]", "[0,4]")], 8)
several("misaligned", [("a", "U8", "[1]", "[0,1]"), ("b", "F32", "[1]", "[1,5]")], 5)
several("misaligned float64", [("a", "U8", "[3]", "[0,3]"), ("b", "F64", "[1]", "[3,11]")], 11)
several("narrow dtypes first", [("a", "F16", "[1]", "[0,2]"), ("b", "I64", "[1]", "[2,10]")], 10)
several("empty tensors between", [("a", "F32", "[0]", "[0,0]"), ("b", "F32", "[1]", "[0,4]"), ("c", "F32", "[0,3]", "[4,4]"), ("d", "U8", "[2,0]", "[4,4]")], 4)
several("empty tensors alone", [("a", "F32", "[0]", "[0,0]"), ("b", "U8", "[0]", "[0,0]")], 0)
several("an empty tensor inside another", [("a", "F32", "[0]", "[2,2]"), ("b", "F32", "[1]", "[0,4]")], 4)
several("an empty tensor beyond the end", [("a", "F32", "[0]", "[5,5]"), ("b", "F32", "[1]", "[0,4]")], 4)
several("an empty tensor far away", [("a", "F32", "[0]", "[9007199254740993,9007199254740993]")], 0)
several("0-d", [("a", "F32", "[]", "[0,4]")], 4)
several("0-d of no bytes", [("a", "F32", "[]", "[0,0]")], 0)
several("beyond the file", [("a", "F32", "[1000000000000]", "[0,4000000000000]")], 4)
case("1,000 tensors", "{" + ",".join('"%d":{"dtype":"U8","shape":[1],"data_offsets":[%d,%d]}' % (i, i, i + 1) for i in range(1000)) + "}", 1000)


def build(parts):
    out = []
    for part in parts:
        text, times = part if isinstance(part, list) else (part, 1)
        out.append((bytes.fromhex(text["hex"]) if isinstance(text, dict) else text.encode()) * times)
    return b"".join(out)


def verdict(ask):
    try:
        return None, ask()
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:200], None


def describe(path):
    with safe_open(path, framework="pt") as f:
        slices = {name: f.get_slice(name) for name in f.keys()}
        return {n: [s.get_dtype(), s.get_shape()] for n, s in slices.items()}, f.metadata()


names = [c["name"] for c in cases]
assert len(set(names)) == len(names), {n for n in names if names.count(n) > 1}
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "a.safetensors")
    for c in cases:
        if "file" in c:
            content = build(c["file"])
        else:
            header = build(c["header"])
            content = struct.pack("<Q", int(c.get("length", len(header)))) + header + bytes(c["data"])
        with open(path, "wb") as f:
            f.write(content)
        c["safeOpen"], found = verdict(lambda: safe_open(path, framework="pt").keys())
        c["loadFile"], _ = verdict(lambda: load_file(path))
        if c["safeOpen"] is None:
            problem, found = verdict(lambda: describe(path))
            assert problem is None, (c["name"], problem)
            tensors, metadata = found
            if len(tensors) < 10:
                # Sizes as text: some are beyond what JSON parsers read exactly.
                c["tensors"] = {n: [dtype, [str(size) for size in shape][:100]] for n, (dtype, shape) in tensors.items()}
            c["metadata"] = metadata
with open("safetensorsHeaders.json", "w") as f:
    f.write('{"made": ' + json.dumps({"torch": torch.__version__, "safetensors": safetensors.__version__}) + ',\n"cases": [\n' + ",\n".join(json.dumps(c) for c in cases) + "\n]}\n")
print(len(cases), "cases,", sum(c["safeOpen"] is None for c in cases), "accepted,", sum(c["safeOpen"] is None and c["loadFile"] is not None for c in cases), "opened but not loaded")
