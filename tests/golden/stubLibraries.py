"""Makes empty stand-ins for NVIDIA's libraries, so that PyTorch's AArch64 wheel runs on the CPU without them: python stubLibraries.py torch out

torch: the folder `torch` of the unpacked wheel. out: the folder for the stand-ins, for LD_LIBRARY_PATH. Needs Debian's package
gcc-aarch64-linux-gnu. Every function of a stand-in does nothing and returns 0. PyTorch calls only those that register its CUDA kernels.

How torchAarch64.json was made on an x86-64 machine with Debian 12:
1. Unpack with `dpkg -x` into `root` the arm64 packages python3.11, python3.11-minimal, libpython3.11-minimal, libpython3.11-stdlib,
   libc6, libstdc++6, libgcc-s1, zlib1g, libexpat1, libssl3, libffi8, libbz2-1.0, liblzma5, libsqlite3-0, libreadline8, libtinfo6, libuuid1,
   libncursesw6, libgomp1, libdb5.3 and libcrypt1. Write 0x00000000410fd0c0 to root/sys/devices/system/cpu/cpu0/regs/identification/midr_el1.
2. Unpack qemu-user 10.0 of Debian 13; 7.2 of Debian 12 was too old.
3. pip download --no-deps --only-binary=:all: --python-version 3.11 --implementation cp --abi cp311 --platform manylinux_2_28_aarch64
   --platform manylinux_2_27_aarch64 torch==2.15.0 torchvision==0.29.2 numpy pillow; unzip all into `site`, beside copies of
   typing_extensions, sympy, mpmath, filelock, jinja2, markupsafe, networkx and fsspec.
4. python stubLibraries.py site/torch stubs
5. qemu-aarch64 -cpu cortex-a76 -L root -E LD_LIBRARY_PATH=$PWD/stubs -E PYTHONPATH=$PWD/site -E PYTHONHOME=$PWD/root/usr
   root/usr/bin/python3.11 makeProcessors.py
The processors neoverse-n2 (SVE128) and neoverse-v1 (SVE256) gave the same file but for the name of the capability.
"""
import glob, os, re, subprocess, sys, tempfile

TOOLS = "aarch64-linux-gnu-"
# The result has to be an address: the kernels of a library are registered under it.
ADDRESS = "__cudaRegisterFatBinary"
# What Python and the C library define.
OTHERS = re.compile(r"_?Py|lib(c|m|dl|rt|z|pthread|gcc_s|stdc\+\+)\.so|ld-linux")


def read(option, library):
    return subprocess.run([TOOLS + "readelf", "-W", option, library], capture_output=True, text=True, check=True).stdout


def symbols(library):
    """The defined names, and the undefined ones with their versions or None."""
    defined, undefined = set(), {}
    for line in read("--dyn-syms", library).splitlines():
        fields = line.split()
        if len(fields) < 8 or not fields[0][:-1].isdigit(): continue
        name, _, version = fields[7].replace("@@", "@").partition("@")
        if fields[6] != "UND": defined.add(name)
        elif fields[4] != "WEAK": undefined[name] = version or None
    return defined, undefined


def versions(library):
    """The versions that a library needs, each with the library that has to define it."""
    needed, file = {}, None
    for line in read("-V", library).splitlines():
        if m := re.search(r"File: (\S+)", line): file = m[1]
        elif m := re.search(r"Name: (\S+)\s+Flags", line): needed[m[1]] = file
    return needed


def stub(path, names):
    """Writes one stand-in. names: version or None -> the functions of that version."""
    lines = [".text"]
    for name in sorted(n for ns in names.values() for n in ns if n != ADDRESS):
        lines += [f".globl {name}", f".type {name},%function", f"{name}:"]
    lines += ["mov x0,#0", "ret"]
    if any(ADDRESS in ns for ns in names.values()):
        lines += [f".globl {ADDRESS}", f".type {ADDRESS},%function", f"{ADDRESS}:", "adrp x0,handle", "add x0,x0,:lo12:handle", "ret",
                  ".bss", ".align 4", "handle: .space 65536"]
    script = [v + " {" + (" global: " + " ".join(n + ";" for n in sorted(ns)) if ns else "") + " };" for v, ns in names.items() if v]
    with tempfile.TemporaryDirectory() as folder:
        source, versions_of = os.path.join(folder, "stub.s"), os.path.join(folder, "stub.map")
        open(source, "w").write("\n".join(lines) + "\n")
        open(versions_of, "w").write("\n".join(script) + "\n")
        subprocess.check_call([TOOLS + "gcc", "-shared", "-nostdlib", "-o", path, "-Wl,-soname," + os.path.basename(path), source]
                              + (["-Wl,--version-script=" + versions_of] if script else []))


def main(torch, out):
    libraries = glob.glob(f"{torch}/lib/*.so*") + glob.glob(f"{torch}/_C*.so")
    own = {os.path.basename(x) for x in libraries}
    missing = {n for x in libraries for n in re.findall(r"NEEDED.*\[(.*)\]", read("-d", x))} - own
    missing = {n for n in missing if not OTHERS.match(n)}
    version_of, defined, undefined = {}, set(), {}
    for library in libraries:
        version_of |= {v: f for v, f in versions(library).items() if f in missing}
        d, u = symbols(library)
        defined |= d
        undefined |= u
    names = {library: {v: set() for v, f in version_of.items() if f == library} for library in missing}
    # A name without a version may come from any library: all libraries without versions get it.
    plain = {None: set()}
    names = {library: of_version or plain for library, of_version in names.items()}
    for name, version in undefined.items():
        if name in defined or OTHERS.match(name): continue
        if version in version_of: names[version_of[version]][version].add(name)
        elif version is None: plain[None].add(name)
    os.makedirs(out, exist_ok=True)
    for library in missing: stub(os.path.join(out, library), names[library])
    print(out, sorted(missing))


if __name__ == "__main__":
    main(*sys.argv[1:])
