import { useLayoutEffect, useRef, useState } from 'preact/hooks'

/**
 * The width of an element in CSS pixels, kept up to date: a drawing made for the width it has keeps its letters
 * readable on a phone.
 *
 * @param first what is taken before the element is in the page
 */
export function useWidth<E extends HTMLElement>(first: number) {
  const element = useRef<E>(null)
  const [width, setWidth] = useState(first)
  useLayoutEffect(() => {
    const observed = element.current
    if (observed === null) return undefined
    const measure = () => setWidth(Math.max(120, Math.round(observed.clientWidth)))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(observed)
    return () => observer.disconnect()
  }, [])
  return { element, width }
}
