// Tools that call the compiler's API (twoslash, TypeDoc) find TypeScript 6 where they ask for `typescript`: version 7 has
// no API yet. node --import ./site/typescript6.mjs <tool>
import Module, { register } from 'node:module'

const resolveFilename = Module._resolveFilename
Module._resolveFilename = function (request, ...rest) {
  return resolveFilename.call(this, request === 'typescript' ? 'typescript6' : request, ...rest)
}

const hooks = `export const resolve = (specifier, context, next) =>
  next(specifier === 'typescript' ? 'typescript6' : specifier, context)`
register(`data:text/javascript,${encodeURIComponent(hooks)}`, import.meta.url)
