import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { ComponentChildren } from 'preact'

import { moves } from '../frame/router.ts'

interface PageProps {
  readonly title: string
  /** The page's answer in one sentence. */
  readonly answer?: ComponentChildren
  readonly because?: ComponentChildren
  readonly back?: ComponentChildren
  readonly children: ComponentChildren
}

/** A page: one heading, which takes the focus when somebody comes here, and the answer before the picture. */
export function Page({ title, answer, because, back, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · TRI`
  }, [title])
  const moved = moves.value
  // Before the next paint, so that the focus is never nowhere.
  useLayoutEffect(() => {
    // The first page of a visit leaves the focus to the browser.
    if (moved === 0) return
    heading.current?.focus({ preventScroll: true })
    scrollTo(0, 0)
  }, [moved])
  return (
    <>
      <header class="page-head">
        {back}
        <h1 tabIndex={-1} ref={heading}>
          {title}
        </h1>
        {answer !== undefined && <p class="answer">{answer}</p>}
        {because !== undefined && <p class="because">{because}</p>}
      </header>
      {children}
    </>
  )
}
