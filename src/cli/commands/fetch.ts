/** `adclip fetch`: downloads a CLIP from the Hugging Face Hub. */
import { join } from 'node:path'
import type { Command } from 'commander'
import { fetchCheckpoint } from '../../formats/hub/fetch-checkpoint.js'
import { folderName } from '../../formats/hub/repositories.js'
import { publishedNames } from '../../model/clip/published-architectures.js'
import { withoutEngine } from '../options/engine-option.js'
import { runEffect } from '../run-effect.js'
import { printResult } from '../output.js'

interface FetchOptions {
  readonly out?: string
  readonly hub: string
  readonly revision: string
}

export const defineFetch = (definition: Command): void => {
  definition
    .argument('<name>', `${publishedNames.join(', ')}, or a repository as owner/name`)
    .option('--out <dir>', 'folder for its files (default: clips/<name>)')
    .option('--hub <url>', 'the hub, or a mirror of it', 'https://huggingface.co')
    .option('--revision <name>', 'a branch, a tag or a commit', 'main')
    .action(async (name: string, { out, hub, revision }: FetchOptions, command: Command) => {
      const folder = out ?? join('clips', folderName(name))
      await runEffect(
        command,
        withoutEngine,
        fetchCheckpoint({ name, hub: hub.replace(/\/+$/, ''), revision, folder }),
        ({ files }) => {
          for (const { path, already } of files) printResult(already ? `${path} (was there)` : path)
          printResult(`\nnow: adclip inspect ${folder}, or adclip train --clip ${folder} ...`)
        },
      )
    })
}
