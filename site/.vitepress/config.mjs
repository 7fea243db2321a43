// The site: `npm run site`. VitePress and twoslash bring two versions of the highlighter, whose types do not agree: no types here.
import { fileURLToPath } from 'node:url'
import { transformerTwoslash } from '@shikijs/vitepress-twoslash'
import { createFileSystemTypesCache } from '@shikijs/vitepress-twoslash/cache-fs'
import { defineConfig } from 'vitepress'
import { entryPoints, sections } from '../contents.ts'

// Without a slash at its end: twoslash compares paths of files that begin with it.
const repository = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** Four tiles, the last one set apart. */
const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="#2f5fc4"><path d="M1 1h6v6H1zM9 1h6v6H9zM1 9h6v6H1z"/><path d="M10 10h5v5h-5z" fill="#e0a100"/></svg>'

export default defineConfig({
  title: 'tensile',
  description: 'Tensor programs as pure, shape-typed data',
  lang: 'en',
  base: process.env['SITE_BASE'] ?? '/',
  srcDir: './build/pages',
  outDir: './dist',
  cacheDir: './build/cache',
  cleanUrls: false,
  vite: { build: { chunkSizeWarningLimit: 4000 } },
  lastUpdated: false,
  head: [['link', { rel: 'icon', href: `data:image/svg+xml,${encodeURIComponent(icon)}` }]],
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    codeTransformers: [
      transformerTwoslash({
        explicitTrigger: true,
        // A page is rendered for the browser, for the server and for the search; its types are asked for once.
        typesCache: createFileSystemTypesCache({
          dir: fileURLToPath(new URL('../build/types', import.meta.url)),
        }),
        twoslashOptions: {
          vfsRoot: repository,
          compilerOptions: {
            target: 9, // ES2022
            lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
            module: 99, // ESNext
            moduleResolution: 100, // Bundler
            strict: true,
            skipLibCheck: true,
            types: ['node'],
          },
        },
      }),
    ],
  },
  themeConfig: {
    nav: [
      { text: 'Playground', link: '/playground' },
      { text: 'Tutorials', link: '/tutorials/first-program' },
      { text: 'Shape errors', link: '/errors' },
      { text: 'Examples', link: '/examples/' },
      { text: 'Reference', link: '/api/' },
    ],
    sidebar: [
      ...sections.map(({ title, pages }) => ({
        text: title,
        items: pages.map((page) => ({ text: page.title, link: `/${page.path.replace(/index$/, '')}` })),
      })),
      {
        text: 'Reference',
        items: entryPoints.map(({ module, page }) => ({
          text: module,
          link: `/api/${page.replace(/index$/, '')}`,
        })),
      },
    ],
    outline: [2, 3],
    search: {
      provider: 'local',
      options: {
        // The search needs the words of code, and not its colours.
        _render: (text, env, md) =>
          md.render(
            text
              .replaceAll(/^```\w+.*$/gm, '```text')
              .replaceAll(/^\/\/ (@noErrorValidation|---cut---)$/gm, ''),
            env,
          ),
      },
    },
    docFooter: { prev: false, next: false },
  },
})
