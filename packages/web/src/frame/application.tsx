import type { ComponentChildren } from 'preact'

import { texts } from '../language/language.ts'
import { askSession, session, sessionProblem } from '../live/session.ts'
import { ExchangePage } from '../pages/exchange.tsx'
import { HomePage } from '../pages/home.tsx'
import { NewDevicePage } from '../pages/new-device.tsx'
import { NearbyPage } from '../pages/nearby.tsx'
import { ObjectPage } from '../pages/object.tsx'
import { OperatePage } from '../pages/operate.tsx'
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
import { place, type Place, type RouteName } from './router.ts'

/** The whole page. */
export function Application() {
  return <Frame>{content()}</Frame>
}

function content(): ComponentChildren {
  const where = place.value
  if (where === undefined) return <UnknownPage />
  if (where.route === 'session') return <SessionPage />
  if (where.route === 'settings') return <SettingsPage />
  const who = session.value
  if (who === undefined) return <Waiting />
  if (who.role === null) return <PublicPage />
  const isSettle = where.route === 'settle' || where.route === 'settleStep'
  if (isSettle && who.role !== 'coordinator') return <UnknownPage />
  // A coordinator who is no member has no home: what is left is what anyone may see.
  if (where.route === 'home' && who.member === null) return <PublicPage />
  return PAGES[where.route](where.values)
}

type Values = Place['values']

/** What is shown at each address to somebody with a session. */
const PAGES: Readonly<Record<RouteName, (values: Values) => ComponentChildren>> = {
  home: () => <HomePage />,
  nearby: () => <NearbyPage />,
  exchange: () => <ExchangePage />,
  pay: () => <PayPage />,
  receipt: ({ id = '' }) => <ReceiptPage id={id} />,
  whyDay: ({ day = '', ring = '' }) => <WhyDayPage key={`${day} ${ring}`} day={day} ring={ring} />,
  whySlot: ({ day = '', ring = '', slot = '' }) => (
    <WhySlotPage key={slot} day={day} ring={ring} slot={slot} />
  ),
  settle: () => <SettlePage />,
  settleStep: ({ month = '', step = '' }) => (
    <SettleStepPage key={`${month} ${step}`} month={month} step={step} />
  ),
  object: ({ month = '' }) => <ObjectPage month={month} />,
  operate: () => <OperatePage />,
  newDevice: () => <NewDevicePage step="look" />,
  newDeviceStep: ({ step = '' }) => <NewDevicePage key={step} step={step} />,
  settings: () => <SettingsPage />,
  session: () => <SessionPage />,
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
