import { withBase } from 'vitepress'

/** The address of the folder with the files of the playground. */
const assets = (): string => new URL(withBase('/playground/'), location.href).href

/** Loads a module of the playground, which is built by itself, with its style sheet. */
export const playgroundModule = async () => {
  const address = assets()
  if (document.querySelector('link[data-playground]') === null) {
    const style = document.createElement('link')
    style.rel = 'stylesheet'
    style.href = `${address}playground.css`
    style.dataset['playground'] = ''
    document.head.append(style)
  }
  const module = await import(/* @vite-ignore */ `${address}playground.js`)
  return { address, module }
}
