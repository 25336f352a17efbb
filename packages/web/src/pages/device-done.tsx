import { addressOf, place } from '../frame/router.ts'
import { numbers, texts } from '../language/language.ts'
import { WizardPage } from './wizard-page.tsx'

/** The end of the way: what is read now, and where to see it. */
export function DeviceDone() {
  const text = texts.value.devices.wizard
  const given = Number(place.value?.search.get('count') ?? '1')
  const count = Number.isSafeInteger(given) && given > 0 ? given : 1
  return (
    <WizardPage answer={text.done(count, numbers.value.count(count))} because={text.doneText}>
      <div class="actions">
        <a class="button primary" href={addressOf('operate', {})}>
          {text.toList}
        </a>
        <a class="button" href={addressOf('newDevice', {})}>
          {text.more}
        </a>
      </div>
    </WizardPage>
  )
}
