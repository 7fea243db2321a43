/** The tables of docs/results.md and docs/methods.md as commands of `adclip`, below a folder of results. Pure. */
import { dataFolders, drawnFiles, gateFiles } from './data.js'
import { drawnStyles, gateStyles } from './drawings.js'
import { demoTemplate } from '../../src/demo/demo.js'

/** One command; its options name paths below the folder of results. */
export interface Stage {
  /** Of the files that hold what it prints, below `tables/<table>`. */
  readonly name: string
  readonly command: 'pretrain' | 'table' | 'ablate' | 'demo'
  readonly options: readonly string[]
  /** The file that it leaves when it is done, where it cannot be given twice. */
  readonly result?: string
}

/** Options by name, `true` for those without a value. */
type Options = Readonly<Record<string, string | true>>

const written = (options: Options): readonly string[] =>
  Object.entries(options).flatMap(([name, value]) => (value === true ? [`--${name}`] : [`--${name}`, value]))

/** CLIPs that `adclip pretrain` makes: ViT 4 × 128 at 72 px, a text tower of 3 × 128. */
const pretraining: Options = {
  resolution: '72',
  colour: '0.3',
  'text-rate': '0.1',
  'least-area': '0.45',
}

const pretrained = (name: string, data: string, options: Options): Stage => ({
  name: `clip-${name}`,
  command: 'pretrain',
  options: written({ data, out: `clips/${name}`, ...pretraining, ...options, resume: 'if-there' }),
  result: `clips/${name}/clip.safetensors`,
})

const clipOf = (name: string): string => `clips/${name}/clip.safetensors`

/** A study of a table, its runs in a folder of the same name. */
const study = (
  table: string,
  name: string,
  command: 'table' | 'ablate',
  data: string,
  clip: string,
  options: Options,
): Stage => ({
  name,
  command,
  options: written({ data, clip, out: `runs/${table}/${name}`, ...options }),
})

/** Every method as published, a new crop of each image in every epoch; and `robust`, which was not published, as it is here. */
const asPublished: Options = {
  methods: 'zero-shot,coop,cocoop,dapl,ad-clip',
  presets: 'reference,paper',
  augmentation: 'fresh',
  'before-training': true,
}
const asRobust: Options = { methods: 'ad-clip', presets: 'robust', 'before-training': true }

/**
 * Random crops that are drawn once, and their features kept: new ones in every epoch would run the image encoder in each of the
 * 125,000 steps. An image is drawn 10 to 23 times by CoOp, and 50 times by AD-CLIP.
 */
const keptCrops: Options = { augmentation: 'views', views: '32', features: 'features' }

/** Equal terms, as measured on 2026-11-23: as few epochs and as large batches for all methods, whole images and their mirror images. */
const equalTerms: Options = {
  'same-budget': true,
  epochs: '3',
  batch: '32',
  'warm-up': '0',
  schedule: 'continuous',
  augmentation: 'none',
}

/** Chosen before any figure was seen: each domain once as a source, and once as a target. */
const fourPairs = 'photo:art_painting,art_painting:cartoon,cartoon:sketch,sketch:photo'

const clipOfAllDomains = pretrained('all', dataFolders.seen, {
  domains: 'photo,art_painting,cartoon,sketch',
  epochs: '80',
  patch: '9',
  edges: '0.15',
})

/** Every method that there is, those whose steps take longest last, and every preset of AD-CLIP. */
const everyMethod: Options = {
  methods:
    'zero-shot,alignment,zlap,transclip,stata,gated-transclip,linear-probe,dann,mmd,coral,shot-im,unimos,coop,cocoop,dapl,ad-clip,pda,damp',
  presets: 'reference,paper,robust',
}

/** Targets that have all of their images, a long tail of classes, and few classes. */
const threeKinds: Options = { 'target-shift': 'none,long-tailed:20,few-classes:3' }

/** The same shift, by three seeds that take other images. */
const shiftSeeds = (shift: string): readonly string[] => ['1', '2', '3'].map((seed) => `${shift}:${seed}`)

/** As many processes as there are cores do the runs of one study, if each takes one thread. */
const oneThread: Options = { threads: '1' }

const sketchPair = { pairs: 'photo:sketch' }
const seenSketches = (name: string, options: Options): Stage =>
  study('sketches-seen', name, 'table', dataFolders.unseenSketches, clipOf('with-sketches'), {
    ...sketchPair,
    ...equalTerms,
    ...options,
  })
const robust = (options: Options): Options => ({
  methods: 'ad-clip',
  presets: 'robust',
  lr: '0.001',
  ...options,
})

const studyOfDemo = (name: string, options: Options): Stage =>
  study('demo', name, 'table', 'runs/demo/seed-1/images-40', 'runs/demo/seed-1/clip.safetensors', {
    ...options,
    pairs: 'photo:crayon',
    template: 'a picture of a {}.',
  })
const seeds = ['1', '2', '3'] as const

/** What makes each table; `pacs` is the root of PACS. */
export const tables = (pacs: string): Readonly<Record<string, readonly Stage[]>> => ({
  pacs: [
    clipOfAllDomains,
    study('pacs', 'published', 'table', dataFolders.unseen, clipOf('all'), {
      ...asPublished,
      ...keptCrops,
      pairs: fourPairs,
    }),
    study('pacs', 'robust', 'table', dataFolders.unseen, clipOf('all'), { ...asRobust, pairs: fourPairs }),
  ],
  'pacs-equal-terms': [
    clipOfAllDomains,
    study('pacs-equal-terms', 'baselines', 'table', dataFolders.unseen, clipOf('all'), {
      ...equalTerms,
      methods: 'zero-shot,coop,dapl',
      pairs: 'all',
    }),
    study('pacs-equal-terms', 'ad-clip', 'table', dataFolders.unseen, clipOf('all'), {
      ...equalTerms,
      methods: 'ad-clip',
      presets: 'reference,paper,robust',
      pairs: 'all',
      lr: '0.001',
    }),
  ],
  methods: [
    clipOfAllDomains,
    study('methods', 'pacs', 'table', dataFolders.unseen, clipOf('all'), {
      ...equalTerms,
      ...everyMethod,
      ...threeKinds,
      ...oneThread,
      epochs: '2',
      pairs: fourPairs,
      features: 'features',
    }),
  ],
  'methods-demo': [
    study('methods', 'demo', 'table', drawnFiles.images, drawnFiles.clip, {
      ...equalTerms,
      ...everyMethod,
      ...threeKinds,
      ...oneThread,
      epochs: '5',
      pairs: [drawnStyles.chosenOn, drawnStyles.triedOn]
        .map((target) => `${drawnStyles.source}:${target}`)
        .join(),
      template: demoTemplate,
      features: 'features',
    }),
  ],
  gate: [
    study('gate', 'drawings', 'table', gateFiles.images, gateFiles.clip, {
      methods: 'zero-shot,transclip,stata,gated-transclip',
      pairs: gateStyles.map((target) => `${drawnStyles.source}:${target}`).join(),
      'target-shift': ['none', ...shiftSeeds('long-tailed:20'), ...shiftSeeds('few-classes:3')].join(),
      template: demoTemplate,
      features: 'features',
    }),
  ],
  'sketches-seen': [
    pretrained('with-sketches', dataFolders.withSketches, {
      domains: 'photo,art_painting,cartoon,sketch_seen',
      epochs: '50',
      patch: '9',
      edges: '0.1',
    }),
    seenSketches('presets', { methods: 'zero-shot,ad-clip', presets: 'reference,robust', lr: '0.001' }),
    seenSketches('baselines', { methods: 'coop,cocoop,dapl', seeds: '1' }),
    seenSketches('weight-of-3', robust({ 'loss-weights': 'pseudoLabels=3' })),
    seenSketches(
      'weight-of-1-not-aligned',
      robust({ 'loss-weights': 'pseudoLabels=1', switch: 'alignment=none' }),
    ),
    seenSketches(
      'hard-pseudo-labels',
      robust({ 'loss-weights': 'pseudoLabels=1', switch: 'alignment=none,pseudoLabels=aligned' }),
    ),
    study('sketches-seen', 'remedies', 'ablate', dataFolders.unseenSketches, clipOf('with-sketches'), {
      ...sketchPair,
      ...equalTerms,
      over: 'remedies',
      preset: 'robust',
      lr: '0.001',
    }),
  ],
  'sketches-unseen': [
    pretrained('without-sketches', pacs, {
      domains: 'photo,art_painting,cartoon',
      epochs: '40',
      patch: '12',
      edges: '0.3',
    }),
    study('sketches-unseen', 'presets', 'table', pacs, clipOf('without-sketches'), {
      ...sketchPair,
      ...equalTerms,
      methods: 'zero-shot,ad-clip',
      presets: 'reference,robust',
      lr: '0.001',
    }),
  ],
  demo: [
    ...seeds.map((seed): Stage => ({
      name: `seed-${seed}`,
      command: 'demo',
      options: written({ out: `runs/demo/seed-${seed}`, seed }),
      result: `tables/demo/seed-${seed}.txt`,
    })),
    studyOfDemo('published', asPublished),
    studyOfDemo('robust', asRobust),
  ],
})

/** Options after those of a stage that make it short (one epoch would be all warm-up): what it prints then means nothing. */
export const shortest = ({ command }: Stage): readonly string[] =>
  written({
    epochs: '2',
    ...(command === 'table' || command === 'ablate' ? { 'epoch-shots': '1', seeds: '1' } : {}),
  })
