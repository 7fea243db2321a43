/** `llms.txt` (llmstxt.org): what the site holds, for programs that read. */
import type { Section } from '../contents.js'
import { entryPoints } from '../contents.js'

export const llmsText = (sections: readonly Section[]): string =>
  [
    '# tensile',
    '',
    '> A TypeScript library in which tensor programs are pure, shape-typed data: the compiler checks every shape, gradients and whole',
    '> training steps are programs, and programs are run by engines (ONNX Runtime, TensorFlow.js, a float64 reference) in Node and in',
    '> browsers. The command adclip, written in it, adapts a CLIP to unlabelled images.',
    '',
    ...sections.flatMap(({ title, pages }) => [
      `## ${title}`,
      '',
      ...pages.map((page) => `- [${page.title}](/${page.path}.html): ${page.about}`),
      '',
    ]),
    '## Reference',
    '',
    ...entryPoints.map(({ module, page }) => `- [${module}](/api/${page}.html): exports of ${module}`),
    '',
  ].join('\n')
