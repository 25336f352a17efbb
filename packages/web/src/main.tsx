import { render } from 'preact'

import './styles/tokens.css'
import './styles/base.css'
import './styles/frame.css'
import './styles/parts.css'
import './styles/pictures.css'
import './styles/proof.css'
import './styles/devices.css'
import './styles/print.css'
import { Application } from './frame/application.tsx'
import { followLinks } from './frame/router.ts'
import { applyTheme } from './frame/theme.ts'
import { announceLanguage } from './language/language.ts'
import { askSession } from './live/session.ts'
import { askNow, keepLive } from './live/stream.ts'

applyTheme()
announceLanguage()
followLinks()
keepLive()
void askSession()
void askNow()

const root = document.getElementById('app')
if (root !== null) render(<Application />, root)
