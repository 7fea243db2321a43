import { withBase } from 'vitepress'
import { defineComponent, h, onMounted, ref } from 'vue'

/** The playground, which is built by itself: its page is loaded once this component is shown. */
export const Playground = defineComponent({
  props: { code: String },
  setup: ({ code }) => {
    const host = ref<HTMLElement>()
    const failure = ref('')
    onMounted(async () => {
      const assets = new URL(withBase('/playground/'), location.href).href
      const style = document.createElement('link')
      style.rel = 'stylesheet'
      style.href = `${assets}playground.css`
      document.head.append(style)
      try {
        const { mountPlayground } = await import(/* @vite-ignore */ `${assets}playground.js`)
        await mountPlayground(host.value, { assets, ...(code !== undefined && { code }) })
      } catch (cause) {
        failure.value = String(cause)
      }
    })
    return () => h('div', { ref: host, class: 'playground-host' }, failure.value || 'Loading …')
  },
})
