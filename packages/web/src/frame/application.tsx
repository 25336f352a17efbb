import type { ComponentChildren } from 'preact'

import { texts } from '../language/language.ts'
import { askSession, session, sessionProblem } from '../live/session.ts'
import { ExchangePage } from '../pages/exchange.tsx'
import { HomePage } from '../pages/home.tsx'
import { NearbyPage } from '../pages/nearby.tsx'
import { ObjectPage } from '../pages/object.tsx'
import { PayPage } from '../pages/pay.tsx'
import { PublicPage } from '../pages/public.tsx'
import { ReceiptPage } from '../pages/receipt.tsx'
import { SessionPage } from '../pages/session.tsx'
import { SettingsPage } from '../pages/settings.tsx'
import { SettlePage } from '../pages/settle.tsx'
import { SettleStepPage } from '../pages/settle-step.tsx'
import { UnknownPage } from '../pages/unknown.tsx'
import { WhyDayPage } from '../pages/why-day.tsx'
import { WhySlotPage } from '../pages/why-slot.tsx'
import { ProblemNotice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { Skeleton } from '../parts/shown.tsx'
import { Frame } from './frame.tsx'
import { place, type Place } from './router.ts'

/** The whole page. */
export function Application() {
  return <Frame>{content()}</Frame>
}

function content(): ComponentChildren {
  const where = place.value
  if (where === undefined) return <UnknownPage />
  if (where.route === 'session') return <SessionPage token={where.search.get('token')} />
  if (where.route === 'settings') return <SettingsPage />
  const who = session.value
  if (who === undefined) return <Waiting />
  if (who.role === null) return <PublicPage />
  const isSettle = where.route === 'settle' || where.route === 'settleStep'
  if (isSettle && who.role !== 'coordinator') return <UnknownPage />
  return pageOf(where, who.member !== null)
}

function pageOf({ route, values }: Place, isMember: boolean): ComponentChildren {
  const { day = '', ring = '', slot = '', month = '', step = '', id = '' } = values
  switch (route) {
    case 'home':
      // A coordinator who is no member has no home: what is left is what anyone may see.
      return isMember ? <HomePage /> : <PublicPage />
    case 'nearby':
      return <NearbyPage />
    case 'exchange':
      return <ExchangePage />
    case 'pay':
      return <PayPage />
    case 'receipt':
      return <ReceiptPage id={id} />
    case 'whyDay':
      return <WhyDayPage key={`${day} ${ring}`} day={day} ring={ring} />
    case 'whySlot':
      return <WhySlotPage key={slot} day={day} ring={ring} slot={slot} />
    case 'settle':
      return <SettlePage />
    case 'settleStep':
      return <SettleStepPage key={`${month} ${step}`} month={month} step={step} />
    case 'object':
      return <ObjectPage month={month} />
    case 'settings':
      return <SettingsPage />
    case 'session':
      return <SessionPage token={null} />
  }
}

function Waiting() {
  const problem = sessionProblem.value
  return (
    <Page title={texts.value.frame.home}>
      {problem === undefined ? (
        <Skeleton height={40} />
      ) : (
        <ProblemNotice problem={problem} again={() => void askSession()} />
      )}
    </Page>
  )
}
