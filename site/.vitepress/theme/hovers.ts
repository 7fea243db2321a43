/**
 * Hovers over code. The package has a plugin of its own for this; with the present version of floating-vue it reports an error
 * to the console of each page.
 */
import FloatingVue from 'floating-vue'
import type { App } from 'vue'

const hover = {
  $extend: 'dropdown',
  triggers: ['hover', 'touch'],
  popperTriggers: ['hover', 'touch'],
  placement: 'bottom-start',
  overflowPadding: 10,
  delay: 0,
  handleResize: false,
  autoHide: true,
  noAutoFocus: true,
  instantMove: true,
  flip: false,
  arrowPadding: 8,
  autoBoundaryMaxSize: true,
}
const shown = {
  $extend: 'twoslash',
  triggers: ['click'],
  popperTriggers: ['click'],
  autoHide: false,
  noAutoFocus: true,
}

/** Makes the elements that twoslash writes work. */
export const showHovers = (app: App): void => {
  app.use(FloatingVue, { themes: { twoslash: hover, 'twoslash-query': shown } })
}
