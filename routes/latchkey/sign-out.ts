import type { Request } from 'express'
import { z } from 'zod'
import { pageHeaders } from '../../configs/security-headers.ts'
import type { ForwardAuth } from '../../src/forward-auth/forward-auth.ts'
import { applicationCookieOf, clearApplicationCookie, hostOf } from '../../src/http/application-cookies.ts'
import { refuseCrossSite } from '../../src/http/csrf.ts'
import { endpoint } from '../../src/http/endpoint.ts'
import { languageOf } from '../../src/http/language.ts'
import { applicationAt } from '../../src/http/proxy.ts'
import { refusals } from '../../src/http/responses.ts'
import type { Language } from '../../src/languages.ts'
import type { Deps } from '../../src/services.ts'
import { redirect } from '../auth/provider-pages.ts'

const PATH = '/.latchkey/sign-out'

const TEXT: Record<Language, { title: string; lead: string; action: string }> = {
  en: { title: 'Sign out', lead: 'Sign out of this and all other applications?', action: 'Sign out' },
  de: { title: 'Abmelden', lead: 'Von dieser und allen anderen Anwendungen abmelden?', action: 'Abmelden' },
  es: {
    title: 'Cerrar sesión',
    lead: '¿Cerrar la sesión en esta y en todas las demás aplicaciones?',
    action: 'Cerrar sesión',
  },
  fr: {
    title: 'Se déconnecter',
    lead: 'Se déconnecter de cette application et de toutes les autres ?',
    action: 'Se déconnecter',
  },
  it: { title: 'Esci', lead: 'Uscire da questa e da tutte le altre applicazioni?', action: 'Esci' },
  nl: { title: 'Uitloggen', lead: 'Uitloggen bij deze en alle andere applicaties?', action: 'Uitloggen' },
  pl: { title: 'Wyloguj się', lead: 'Wylogować się z tej i wszystkich innych aplikacji?', action: 'Wyloguj się' },
  pt: {
    title: 'Terminar sessão',
    lead: 'Terminar a sessão nesta e em todas as outras aplicações?',
    action: 'Terminar sessão',
  },
}

/** A page, because a link must not sign anybody out. */
export function signOutPageEndpoint({ applications }: ForwardAuth) {
  const headers = pageHeaders()
  return endpoint({
    method: 'get',
    path: PATH,
    summary: 'Show the sign-out page of an application behind a proxy',
    tags: ['Applications'],
    access: 'public',
    responses: {
      200: { description: 'The page', schema: z.string(), contentType: 'text/html' },
      ...refusals(400, 403),
    },
    handler: ({ req, res }) => {
      applicationAt(req, applications)
      for (const [name, value] of headers) res.setHeader(name, value)
      // Chromium applies form-action to the redirect that follows.
      res.setHeader('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'; base-uri 'none'")
      // With no-referrer, the form would come from the origin `null`.
      res.setHeader('Referrer-Policy', 'same-origin')
      res.type('html').send(pageFor(req))
    },
  })
}

export function signOutEndpoint({ env, store, audit, logger }: Deps, forwardAuth: ForwardAuth) {
  return endpoint({
    method: 'post',
    path: PATH,
    summary: 'Sign out at an application behind a proxy',
    description: 'Ends the session, and with it the sign-in to every application.',
    tags: ['Applications'],
    access: 'public',
    guards: [(req, res, next) => refuseCrossSite(applicationAt(req, forwardAuth.applications).origin)(req, res, next)],
    responses: { 303: { description: 'To the sign-in page' }, ...refusals(400, 403) },
    handler: async ({ req, res }) => {
      const application = applicationAt(req, forwardAuth.applications)
      const cookie = applicationCookieOf(req, hostOf(application))
      const sessionId = cookie === undefined ? undefined : forwardAuth.sessionIdOf(application, cookie)
      const live = sessionId === undefined ? undefined : await store.findByPublicId(sessionId)
      if (live) {
        await store.end(live.publicId, 'signed-out')
        const details = { reason: 'signed-out' }
        await audit.record('session_ended', { userId: live.principal?.id ?? null, sessionId: live.publicId, details })
        logger.info('signed out', { userId: live.principal?.id, application: application.origin })
      }
      clearApplicationCookie(res, hostOf(application))
      redirect(res, `${env.BASE_URL}/sign-in`)
    },
  })
}

function pageFor(req: Request): string {
  const language = languageOf(req) ?? 'en'
  const { title, lead, action } = TEXT[language]
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<main>
<h1>${title}</h1>
<p>${lead}</p>
<form method="post" action="${PATH}"><button>${action}</button></form>
</main>
</html>
`
}
