/** `adclip demo`: a whole adaptation in a few minutes, on images that it draws. `adclip demo-clip`: makes the CLIP of the demo. */
import type { Command } from 'commander'
import type { ClipRecipe } from '../../demo/clip-recipe.js'
import { clipRecipe, makeDemoClip, packedClipPath } from '../../demo/clip-recipe.js'
import type { DemoSize } from '../../demo/demo.js'
import { demo, demoFiles, demoPair, demoSize, demoTemplate, describeDemo } from '../../demo/demo.js'
import { packagedClip } from '../../demo/packaged-clip.js'
import { compareRun } from '../accuracy-table.js'
import { withTokenizer } from '../clip-tokenizer.js'
import type { EngineChoice } from '../options/engine-option.js'
import { engineOption, loadEngine, threadsOption } from '../options/engine-option.js'
import { wholeNumber } from '../options/number-option.js'
import { noReportOption, reportLine } from '../options/report-option.js'
import { runEffect } from '../run-effect.js'
import type { StartChoices } from '../options/start-options.js'
import { addStartOptions, overwriteOption, startOf } from '../options/start-options.js'
import { version } from '../version.js'
import { printResult } from '../output.js'

interface DemoOptions extends DemoSize {
  readonly out: string
  readonly seed: number
  readonly engine: EngineChoice
  readonly threads?: number
  readonly overwrite: boolean
  readonly report: boolean
}

interface DemoClipOptions extends ClipRecipe, StartChoices {
  readonly out: string
  readonly engine: EngineChoice
  readonly threads?: number
}

/** Commands to try next, on the same files. */
const whatNext = (out: string, size: DemoSize, report: boolean): string => {
  const { images, clip, run } = demoFiles(out, size)
  const { source, target } = demoPair
  const study = `--data ${images} --clip ${clip} --pairs ${source}:${target} --template '${demoTemplate}' --epochs 10 --metric balanced`
  return [
    ...reportLine(run, report).flatMap((line) => [line, '']),
    'Try next:',
    report ? '  open the report in a browser' : `  write the report:         npx adclip report --run ${run}`,
    `  other methods and seeds:  npx adclip table ${study} --methods zero-shot,ad-clip,coop --presets robust,reference --same-budget --out ${out}/table`,
    `  what each remedy gives:   npx adclip ablate ${study} --over remedies --preset robust --out ${out}/ablation`,
    '  images of your own:       npx adclip train --help',
  ].join('\n')
}

const runDemo = (
  { out, seed, images, epochs, engine, threads, overwrite, report }: DemoOptions,
  command: Command,
): Promise<void> =>
  withTokenizer(command, async (tokenizer) => {
    const size = { images, epochs }
    printResult(`${describeDemo(size)}\n`)
    await runEffect(
      command,
      await loadEngine({ engine, threads }),
      demo(out, size, {
        ...{ packedClip: packagedClip, tokenizer, engine, version, seed, report },
        start: overwrite ? 'overwrite' : 'resumeOrNew',
      }),
      (evaluation) => printResult(`${compareRun(evaluation)}\n\n${whatNext(out, size, report)}`),
    )
  })

const runDemoClip = (
  { out, images, epochs, engine, threads, ...start }: DemoClipOptions,
  command: Command,
): Promise<void> =>
  withTokenizer(command, async (tokenizer) =>
    runEffect(
      command,
      await loadEngine({ engine, threads }),
      makeDemoClip(out, { images, epochs }, { tokenizer, engine, version, start: startOf(start) }),
      () => printResult(`wrote ${packedClipPath(out)}`),
    ),
  )

export const defineDemo = (definition: Command): void => {
  definition
    .option('--out <dir>', 'where drawings, CLIP and run are written', 'runs/demo')
    .option('--seed <n>', 'seed of weights and batches', wholeNumber(0), 1)
    .option('--images <n>', 'drawings of each thing in each style', wholeNumber(2), demoSize.images)
    .option('--epochs <n>', 'passes over the labelled drawings', wholeNumber(1), demoSize.epochs)
    .addOption(engineOption())
    .addOption(threadsOption())
    .addOption(noReportOption())
    .addOption(
      overwriteOption('remove the run of an earlier demo in --out; without it that one is continued'),
    )
    .action(runDemo)
}

export const defineDemoClip = (definition: Command): void => {
  const command = definition
    .requiredOption('--out <dir>', 'where drawings, run and demo-clip.safetensors are written')
    .option('--images <n>', 'drawings of each thing in each style', wholeNumber(1), clipRecipe.images)
    .option('--epochs <n>', 'passes over the drawings', wholeNumber(1), clipRecipe.epochs)
    .addOption(engineOption())
    .addOption(threadsOption())
  addStartOptions(command).action(runDemoClip)
}
