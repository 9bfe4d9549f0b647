import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/**
 * Type-checks programs as one TypeScript program, with the options of `tsconfig.json`. The modules that they import are
 * not checked again: `npm run typecheck` does that.
 * @param root the repository's root
 * @param files absolute paths
 * @returns for each file its errors, as `line 3: Cannot find name 'x'.`
 */
export function checkSnippets(root: URL, files: readonly string[]): string[][] {
  const { config } = ts.readConfigFile(fileURLToPath(new URL('tsconfig.json', root)), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, fileURLToPath(root));
  const program = ts.createProgram([...files], { ...options, noUnusedLocals: false, noEmit: true });
  return files.map((path) => {
    const file = program.getSourceFile(path) as ts.SourceFile;
    const diagnostics = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return diagnostics.map(({ start = 0, messageText }) => {
      const line = file.getLineAndCharacterOfPosition(start).line + 1;
      return `line ${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
  });
}
