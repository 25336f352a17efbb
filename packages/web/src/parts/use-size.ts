import { useLayoutEffect, useRef, useState } from 'preact/hooks'

interface Size {
  readonly width: number
  readonly height: number
}

/** No drawing is made for less: an element that is not shown has no size. */
const SIZE_MIN = 120

/**
 * The size of an element in CSS pixels, kept up to date: a drawing made for the size it has keeps its letters readable
 * on a phone.
 *
 * @param first what is taken before the element is in the page
 */
export function useSize<E extends HTMLElement>(first: Size) {
  const element = useRef<E>(null)
  const [size, setSize] = useState(first)
  useLayoutEffect(() => {
    const observed = element.current
    if (observed === null) return undefined
    const measure = () => {
      const width = Math.max(SIZE_MIN, Math.round(observed.clientWidth))
      const height = Math.max(SIZE_MIN, Math.round(observed.clientHeight))
      setSize((known) => (known.width === width && known.height === height ? known : { width, height }))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(observed)
    return () => observer.disconnect()
  }, [])
  return { element, ...size }
}
