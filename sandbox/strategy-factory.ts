/**
 * A strategy of one file as a function that is called for each run, in place of a module that is made
 * for each run. Both start from nothing each time; but the engine keeps what it has learned of a
 * function's code from call to call, and of a new module it has to learn it again, which for short
 * runs takes longer than the run.
 */

/** The names that the function gives to what a module would import and export: no strategy may use them. */
const api = '$api';
const slot = '$strategy';

/**
 * The text of a function `($api, $strategy)` that evaluates the module's body and leaves the default
 * export in `$strategy.is`; every line after the first stands where it stood, one line further down.
 * Null for modules that are not of the usual shape: imports from the strategy API alone, each at the
 * beginning of a line, and one `export default` of an expression. The module must have compiled and
 * been evaluated as such before: what it may contain is decided there.
 */
export const factoryText = (javaScript: string): string | null => {
  if (javaScript.includes(api) || javaScript.includes(slot) || readsOtherwise.test(javaScript)) return null;
  if (count(javaScript, /\bimport\b/g) !== count(javaScript, usualImport) || count(javaScript, /\bexport\b/g) !== 1)
    return null;
  if (count(javaScript, usualExport) !== 1) return null;
  const bindings: string[] = [];
  const body = javaScript
    .replace(usualImport, (statement, names: string) => {
      bindings.push(names.replaceAll(/\s+as\s+/g, ': '));
      return statement.replaceAll(/[^\r\n]/g, ' ');
    })
    .replace(usualExport, `${slot}.is = `);
  return `(function (${api}, ${slot}) { "use strict"; const { ${bindings
    .map((names) => names.replaceAll(/\s+/g, ' ').replace(/,\s*$/, ''))
    .filter((names) => names.trim() !== '')
    .join(', ')} } = ${api};\n${body}\n})`;
};

const usualImport = /^import\s*\{([\w$\s,]*)\}\s*from\s*(?:'xtrading\/strategy'|"xtrading\/strategy")[ \t]*;?/gm;
/**
 * What a script reads otherwise than a module: in a script `await` is a name, so that the `/` after it
 * divides where in a module a regular expression begins, and `<!--` and `-->` begin comments. A text
 * that uses the difference is one expression to the module and closes the function around it here.
 */
const readsOtherwise = /\bawait\b|<!--|-->/;

/** As long as what stands in its place, so that columns stay. */
const usualExport = /^export default (?!function\b|class\b|async\b)/gm;

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;
