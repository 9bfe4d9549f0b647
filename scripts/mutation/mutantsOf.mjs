import ts from 'typescript';
import { changesOf } from './operators.mjs';

/** Functions of these names write messages. */
const WRITES_MESSAGES = /^(describe|format|explain|list)[A-Z]|Message$/;

/**
 * All mutants of a source file. The texts of messages and everything about types are left out.
 * @param {string} file path from the root
 * @param {string} text
 * @returns {{ file: string, start: number, end: number, text: string, operator: string, line: number, code: string,
 *   change: string }[]} `start` to `end` is what `text` replaces; `code` is the whole line, and `change` tells it to readers
 */
export function mutantsOf(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const mutants = [];
  const visit = (node, isMessage) => {
    if (isOutside(node)) return;
    for (const { operator, at, text: replacement } of changesOf(node)) {
      if (isMessage && operator !== 'remove statement') continue;
      const [start, end] = [at.getStart(source), at.getEnd()];
      const line = source.getLineAndCharacterOfPosition(start).line;
      mutants.push({
        file,
        start,
        end,
        text: replacement,
        operator,
        line: line + 1,
        code: text.split('\n')[line].trim(),
        change: `${shorten(text.slice(start, end))} → ${shorten(replacement)}`,
      });
    }
    const isBelowMessage = isMessage || writesMessage(node);
    ts.forEachChild(node, (child) => visit(child, isBelowMessage));
  };
  visit(source, false);
  return mutants;
}

/** Whether a node has no part in what the program does: types, imports, exports, names of properties. */
function isOutside(node) {
  return (
    ts.isTypeNode(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    ts.isTypeParameterDeclaration(node) ||
    (ts.isStringLiteral(node) && ts.isPropertyAssignment(node.parent) && node.parent.name === node)
  );
}

/** Whether everything below a node is the text of a message. */
function writesMessage(node) {
  if (ts.isThrowStatement(node) || ts.isTemplateExpression(node)) return true;
  if (ts.isNewExpression(node)) return node.expression.getText().endsWith('Error');
  if (ts.isCallExpression(node)) return node.expression.getText().startsWith('console.');
  return ts.isFunctionDeclaration(node) && WRITES_MESSAGES.test(node.name?.text ?? '');
}

function shorten(code) {
  const line = code.replaceAll(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
