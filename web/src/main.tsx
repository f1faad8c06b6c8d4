import { render } from 'preact'
import { App } from './app.tsx'
import { keepFocus } from './parts/keep-focus.ts'
import { takeSecrets } from './parts/secret.ts'
import { Unreachable } from './parts/unreachable.tsx'
import { startRouter } from './router.ts'
import { followSession } from './session.ts'
import './styles/tokens.css'
import './styles/elements.css'
import './styles/controls.css'
import './styles/pages.css'
import './styles/parts.css'
import './styles/frame.css'
import './styles/print.css'
import { startLanguage } from './text/text.ts'

const root = document.querySelector('#app')
if (!root) throw new Error('index.html has no #app')

takeSecrets()
startRouter()
followSession()
keepFocus()
startLanguage().then(
  () => render(<App />, root),
  () => render(<Unreachable />, root),
)
