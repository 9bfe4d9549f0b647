import ts from 'typescript';

const { SyntaxKind: Kind } = ts;

/** Binary operators and what each becomes. */
const BINARY = new Map([
  [Kind.LessThanToken, ['<=', '>=']],
  [Kind.LessThanEqualsToken, ['<', '>']],
  [Kind.GreaterThanToken, ['>=', '<=']],
  [Kind.GreaterThanEqualsToken, ['>', '<']],
  [Kind.EqualsEqualsEqualsToken, ['!==']],
  [Kind.ExclamationEqualsEqualsToken, ['===']],
  [Kind.PlusToken, ['-']],
  [Kind.MinusToken, ['+']],
  [Kind.AsteriskToken, ['/']],
  [Kind.SlashToken, ['*']],
  [Kind.PercentToken, ['*']],
  [Kind.AsteriskAsteriskToken, ['*']],
  [Kind.AmpersandToken, ['|']],
  [Kind.BarToken, ['&']],
  [Kind.CaretToken, ['&']],
  [Kind.LessThanLessThanToken, ['>>']],
  [Kind.GreaterThanGreaterThanToken, ['<<']],
  [Kind.GreaterThanGreaterThanGreaterThanToken, ['<<']],
  [Kind.AmpersandAmpersandToken, ['||']],
  [Kind.BarBarToken, ['&&']],
  [Kind.QuestionQuestionToken, ['&&']],
  [Kind.PlusEqualsToken, ['-=']],
  [Kind.MinusEqualsToken, ['+=']],
  [Kind.AsteriskEqualsToken, ['/=']],
  [Kind.SlashEqualsToken, ['*=']],
  [Kind.QuestionQuestionEqualsToken, ['&&=']],
]);

/** Methods and functions, and what each becomes. */
const METHODS = new Map([
  ['some', 'every'],
  ['every', 'some'],
  ['min', 'max'],
  ['max', 'min'],
  ['floor', 'ceil'],
  ['ceil', 'floor'],
]);

/**
 * The changes that are made at one node: each replaces the text of a node by another.
 * @returns {Iterable<{ operator: string, at: ts.Node, text: string }>}
 */
export function* changesOf(node) {
  if (ts.isBinaryExpression(node)) yield* changesOfBinary(node);
  else if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) yield* changesOfUnary(node);
  else if (ts.isNumericLiteral(node)) {
    yield { operator: 'number', at: node, text: Number(node.text) === 0 ? '1' : `(${node.getText()} + 1)` };
  } else if (ts.isStringLiteral(node)) {
    // Words with spaces between them are a message, or a part of one.
    if (/^\S+$/.test(node.text)) yield { operator: 'string', at: node, text: "''" };
  } else if (node.kind === Kind.TrueKeyword) yield { operator: 'boolean', at: node, text: 'false' };
  else if (node.kind === Kind.FalseKeyword) yield { operator: 'boolean', at: node, text: 'true' };
  else if (ts.isArrayLiteralExpression(node)) {
    if (node.elements.length > 0 && !isTarget(node)) yield { operator: 'empty array', at: node, text: '[]' };
  } else if (ts.isObjectLiteralExpression(node)) {
    if (node.properties.length > 0 && !isTarget(node)) yield { operator: 'empty object', at: node, text: '({})' };
  } else if (ts.isReturnStatement(node)) {
    const { expression } = node;
    if (expression && expression.getText() !== 'undefined') {
      yield { operator: 'return value', at: expression, text: 'undefined' };
    }
  } else if (ts.isIfStatement(node) || ts.isWhileStatement(node)) {
    for (const text of ts.isIfStatement(node) ? ['true', 'false'] : ['false']) {
      yield { operator: 'condition', at: node.expression, text };
    }
  } else if (ts.isConditionalExpression(node)) {
    for (const text of ['true', 'false']) yield { operator: 'condition', at: node.condition, text };
  } else if (ts.isExpressionStatement(node) || ts.isThrowStatement(node)) {
    const isSuperCall = node.expression?.getText().startsWith('super(');
    if (!isSuperCall) yield { operator: 'remove statement', at: node, text: ';' };
  } else if (ts.isPropertyAccessExpression(node) && METHODS.has(node.name.text) && ts.isCallExpression(node.parent)) {
    yield { operator: 'method', at: node.name, text: METHODS.get(node.name.text) };
  } else if (node.kind === Kind.QuestionDotToken && ts.isPropertyAccessExpression(node.parent)) {
    yield { operator: 'optional chaining', at: node, text: '.' };
  }
}

function* changesOfBinary(node) {
  const { operatorToken, left, right } = node;
  const isText = [left, right].some((side) => ts.isStringLiteralLike(side) || ts.isTemplateExpression(side));
  if (operatorToken.kind === Kind.PlusToken && isText) return;
  for (const text of BINARY.get(operatorToken.kind) ?? []) yield { operator: 'operator', at: operatorToken, text };
}

function* changesOfUnary(node) {
  const operand = node.operand.getText();
  if (node.operator === Kind.ExclamationToken) yield { operator: 'negation', at: node, text: `(${operand})` };
  else if (node.operator === Kind.MinusToken) yield { operator: 'sign', at: node, text: `(${operand})` };
  else if (node.operator === Kind.PlusPlusToken || node.operator === Kind.MinusMinusToken) {
    const other = node.operator === Kind.PlusPlusToken ? '--' : '++';
    const text = ts.isPrefixUnaryExpression(node) ? other + operand : operand + other;
    yield { operator: 'step', at: node, text };
  }
}

/** Whether a literal is the left side of an assignment, or of a loop. */
function isTarget(node) {
  const { parent } = node;
  return (
    (ts.isBinaryExpression(parent) && parent.operatorToken.kind === Kind.EqualsToken && parent.left === node) ||
    ((ts.isForOfStatement(parent) || ts.isForInStatement(parent)) && parent.initializer === node) ||
    ts.isArrayLiteralExpression(parent) ||
    ts.isSpreadElement(parent)
  );
}
