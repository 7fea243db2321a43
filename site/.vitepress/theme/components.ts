import { defineComponent, h, onMounted, ref } from 'vue'
import { adaptModule, playgroundModule } from './assets.js'

/** The playground. */
export const Playground = defineComponent(() => {
  const host = ref<HTMLElement>()
  const failure = ref('')
  onMounted(async () => {
    try {
      const { address, module } = await playgroundModule()
      await module.mountPlayground(host.value, { assets: address })
    } catch (cause) {
      failure.value = String(cause)
    }
  })
  return () => h('div', { ref: host, class: 'playground-host' }, failure.value || 'Loading …')
})

const textOf = (code: Element): string =>
  [...code.querySelectorAll('.line')].map(({ textContent }) => textContent ?? '').join('\n')

/** The blocks of code in it; once it is shown, a live editor with the first of them. */
export const Live = defineComponent({
  setup: (_, { slots }) => {
    const host = ref<HTMLElement>()
    const written = ref<HTMLElement>()
    onMounted(async () => {
      const code = written.value?.querySelector('pre code')
      if (code === null || code === undefined) return
      try {
        const { address, module } = await playgroundModule()
        await module.mountPlayground(host.value, { assets: address, code: textOf(code) })
        if (written.value !== undefined) written.value.hidden = true
      } catch (cause) {
        // The text stays, and is as good to read.
        host.value?.append(String(cause))
      }
    })
    return () =>
      h('div', { class: 'live' }, [h('div', { ref: written }, slots['default']?.()), h('div', { ref: host })])
  },
})

/** Measures engines in the tab. */
export const SpeedMeter = defineComponent(() => {
  const host = ref<HTMLElement>()
  onMounted(async () => {
    const { address, module } = await playgroundModule()
    module.mountSpeedMeter(host.value, address)
  })
  return () => h('div', { ref: host, class: 'speed-meter' })
})

/** The page that adapts in the tab. */
export const Adapt = defineComponent(() => {
  const host = ref<HTMLElement>()
  const failure = ref('')
  onMounted(async () => {
    try {
      const { address, module } = await adaptModule()
      module.mountAdapt(host.value, { assets: address })
    } catch (cause) {
      failure.value = String(cause)
    }
  })
  return () => h('div', { ref: host }, failure.value || 'Loading …')
})
