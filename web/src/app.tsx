import type { ComponentType } from 'preact'
import { Layout } from './layout.tsx'
import { NotFound } from './pages/not-found.tsx'
import { SignIn } from './pages/sign-in.tsx'
import { Start } from './pages/start.tsx'
import { Confirmation } from './parts/confirm.tsx'
import { lazy } from './parts/lazy.tsx'
import { ProveAgain } from './parts/prove-again.tsx'
import type { Path } from './paths.ts'
import { place } from './router.ts'
import { useStore } from './store.ts'
import { addTexts, language } from './text/text.ts'

const EmailLink = lazy(async () => (await import('./pages/email-link.tsx')).EmailLink)
const LinkAccount = lazy(async () => (await import('./pages/link-account.tsx')).LinkAccount)
const Register = lazy(async () => (await import('./pages/register.tsx')).Register)
const SetUp = lazy(async () => (await import('./pages/set-up.tsx')).SetUp)
const ForgotPassword = lazy(async () => (await import('./pages/forgot-password.tsx')).ForgotPassword)
const ResetPassword = lazy(async () => (await import('./pages/reset-password.tsx')).ResetPassword)
const LinkPage = lazy(async () => (await import('./pages/link-page.tsx')).LinkPage)
const Review = lazy(async () => (await import('./pages/review.tsx')).Review)
const Authorize = lazy(async () => (await import('./pages/authorize.tsx')).Authorize)
const ApplicationProblem = lazy(async () => (await import('./pages/application-problem.tsx')).ApplicationProblem)
const SignOut = lazy(async () => (await import('./pages/sign-out.tsx')).SignOut)
const Device = lazy(async () => (await import('./pages/device.tsx')).Device)
const Account = lazy(async () => {
  const [{ Account }] = await Promise.all([import('./account/account.tsx'), addTexts('account')])
  return Account
})
const Administration = lazy(async () => {
  const [{ Administration }] = await Promise.all([import('./admin/administration.tsx'), addTexts('account', 'admin')])
  return Administration
})

/** What is shown under each address; a path without a page does not compile. */
const PAGES: Record<Path, ComponentType> = {
  '/': Start,
  '/sign-in': SignIn,
  '/sign-in/email': EmailLink,
  '/link-account': LinkAccount,
  '/register': Register,
  '/setup': SetUp,
  '/verify-email': () => <LinkPage purpose="verifyEmail" />,
  '/forgot-password': ForgotPassword,
  '/reset-password': ResetPassword,
  '/confirm-email': () => <LinkPage purpose="confirmEmail" />,
  '/undo-email-change': () => <LinkPage purpose="undoEmailChange" />,
  '/not-me': () => <LinkPage purpose="notMe" />,
  '/review': Review,
  '/authorize/:uid': Authorize,
  '/application-problem': ApplicationProblem,
  '/sign-out': SignOut,
  '/device': Device,
  '/account': Account,
  '/account/security': Account,
  '/account/sessions': Account,
  '/account/applications': Account,
  '/account/tokens': Account,
  '/account/activity': Account,
  '/account/data': Account,
  '/admin': Administration,
  '/admin/users': Administration,
  '/admin/invitations': Administration,
  '/admin/users/:id': Administration,
  '/admin/roles': Administration,
  '/admin/clients': Administration,
  '/admin/clients/:id': Administration,
  '/admin/audit': Administration,
}

export function App() {
  const { path } = useStore(place)
  useStore(language)
  const Shown = path ? PAGES[path] : NotFound
  return (
    <Layout>
      <Shown key={path} />
      <ProveAgain />
      <Confirmation />
    </Layout>
  )
}
