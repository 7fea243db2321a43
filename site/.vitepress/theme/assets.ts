import { withBase } from 'vitepress'

/** Loads a page's module from a folder of the site, where it is built by itself, with its style sheet of the same name. */
const moduleIn = async (folder: string, name: string) => {
  const address = new URL(withBase(`/${folder}/`), location.href).href
  const href = `${address}${name}.css`
  if (document.querySelector(`link[href="${href}"]`) === null) {
    const style = document.createElement('link')
    style.rel = 'stylesheet'
    style.href = href
    document.head.append(style)
  }
  const module = await import(/* @vite-ignore */ `${address}${name}.js`)
  return { address, module }
}

/** The module of the playground. */
export const playgroundModule = () => moduleIn('playground', 'playground')

/** The module of the page that adapts. */
export const adaptModule = () => moduleIn('adapt-files', 'adapt')
