/** `npm run docs:schemas`: writes the JSON Schemas of files of options. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { configurableCommands } from '../src/cli/command-list.js'
import { configurationSchema } from '../src/cli/options/configuration-schema.js'

const repository = fileURLToPath(new URL('../../', import.meta.url))
// The commands read their version two folders above them.
await copyFile(`${repository}package.json`, `${repository}build/package.json`)
const folder = `${repository}docs/schemas/`
await mkdir(folder, { recursive: true })
for (const { name, load } of configurableCommands) {
  const command = new Command(name)
  ;(await load())(command)
  await writeFile(
    `${folder}${name}.schema.json`,
    `${JSON.stringify(configurationSchema(command), undefined, 2)}\n`,
  )
}
