/** `npm run docs:schemas`: writes the JSON Schemas of files of options. */
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { configurableCommands } from '../src/cli/command-list.js'
import { configurationSchema } from '../src/cli/options/configuration-schema.js'

const repository = fileURLToPath(new URL('../../', import.meta.url))
// The commands read their version two folders above them. It goes again: other scripts find the repository by the manifest above them.
const copy = `${repository}build/package.json`
await copyFile(`${repository}package.json`, copy)
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
await rm(copy)
