import '@shikijs/vitepress-twoslash/style.css'
import DefaultTheme from 'vitepress/theme-without-fonts'
import type { Theme } from 'vitepress'
import { Adapt, Live, Playground, SpeedMeter } from './components.js'
import { showHovers } from './hovers.js'
import './style.css'

export default {
  extends: DefaultTheme,
  enhanceApp: ({ app }) => {
    showHovers(app)
    app.component('Playground', Playground)
    app.component('Live', Live)
    app.component('SpeedMeter', SpeedMeter)
    app.component('Adapt', Adapt)
  },
} satisfies Theme
