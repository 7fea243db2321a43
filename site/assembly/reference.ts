/** The reference: one page for each entry point, written by TypeDoc from the docstrings. */
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { entryPoints } from '../contents.js'

const options = (repository: string, out: string): Readonly<Record<string, unknown>> => ({
  entryPoints: entryPoints.map(({ folder }) => join(repository, `src/${folder}/index.ts`)),
  tsconfig: join(repository, 'tsconfig.build.json'),
  plugin: ['typedoc-plugin-markdown', 'typedoc-vitepress-theme'],
  docsRoot: out,
  out: join(out, 'api'),
  outputFileStrategy: 'modules',
  entryFileName: 'index',
  readme: 'none',
  disableSources: true,
  skipErrorChecking: true,
  excludePrivate: true,
  hideBreadcrumbs: true,
  hidePageHeader: true,
  parametersFormat: 'table',
  propertiesFormat: 'table',
  interfacePropertiesFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  indexFormat: 'table',
  useCodeBlocks: true,
  logLevel: 'Error',
})

/** The title of an entry point's page is the name that people import. */
const entitled = (file: string, folder: string, module: string): void => {
  const text = readFileSync(file, 'utf8')
  const last = folder.split('/').at(-1) ?? folder
  writeFileSync(file, text.replace(new RegExp(`^# (${folder}|${last})$`, 'm'), `# ${module}`))
}

/** Writes the pages under `api` in a folder of pages. */
export const writeReference = async (repository: string, pages: string, scratch: string): Promise<void> => {
  mkdirSync(scratch, { recursive: true })
  const settings = join(scratch, 'typedoc.json')
  writeFileSync(settings, JSON.stringify(options(repository, pages)))
  await promisify(execFile)(
    process.execPath,
    [
      '--import',
      join(repository, 'site/typescript6.mjs'),
      join(repository, 'node_modules/typedoc/bin/typedoc'),
      '--options',
      settings,
    ],
    { cwd: repository, maxBuffer: 2 ** 26 },
  )
  for (const { module, folder, page } of entryPoints)
    entitled(join(pages, 'api', `${page}.md`), folder, module)
}
