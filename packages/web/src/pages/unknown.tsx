import { addressOf } from '../frame/router.ts'
import { texts } from '../language/language.ts'
import { Page } from '../parts/page.tsx'

/** An address that no page has. */
export function UnknownPage() {
  const text = texts.value.frame
  return (
    <Page title={text.unknownTitle}>
      <section class="card">
        <p>{text.unknownText}</p>
        <p>
          <a class="button" href={addressOf('home', {})}>
            {text.toHome}
          </a>
        </p>
      </section>
    </Page>
  )
}
