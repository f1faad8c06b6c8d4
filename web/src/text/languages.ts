/** Languages of the pages, each under its own name. `unreachable` is what is said when the texts cannot be loaded. */
export const LANGUAGES = {
  en: {
    name: 'English',
    dir: 'ltr',
    unreachable: 'This page could not be loaded. Check your connection, then reload it.',
    parts: {
      pages: () => import('./en/pages.ts'),
      account: () => import('./en/account.ts'),
      admin: () => import('./en/admin.ts'),
    },
  },
  de: {
    name: 'Deutsch',
    dir: 'ltr',
    unreachable: 'Die Seite konnte nicht geladen werden. Prüfen Sie Ihre Verbindung und laden Sie sie neu.',
    parts: {
      pages: () => import('./de/pages.ts'),
      account: () => import('./de/account.ts'),
      admin: () => import('./de/admin.ts'),
    },
  },
  es: {
    name: 'Español',
    dir: 'ltr',
    unreachable: 'No se pudo cargar la página. Compruebe su conexión y vuelva a cargarla.',
    parts: {
      pages: () => import('./es/pages.ts'),
      account: () => import('./es/account.ts'),
      admin: () => import('./es/admin.ts'),
    },
  },
  fr: {
    name: 'Français',
    dir: 'ltr',
    unreachable: 'La page n’a pas pu être chargée. Vérifiez votre connexion, puis rechargez-la.',
    parts: {
      pages: () => import('./fr/pages.ts'),
      account: () => import('./fr/account.ts'),
      admin: () => import('./fr/admin.ts'),
    },
  },
  it: {
    name: 'Italiano',
    dir: 'ltr',
    unreachable: 'Impossibile caricare la pagina. Controllare la connessione e ricaricare la pagina.',
    parts: {
      pages: () => import('./it/pages.ts'),
      account: () => import('./it/account.ts'),
      admin: () => import('./it/admin.ts'),
    },
  },
  nl: {
    name: 'Nederlands',
    dir: 'ltr',
    unreachable: 'De pagina kon niet worden geladen. Controleer uw verbinding en laad de pagina opnieuw.',
    parts: {
      pages: () => import('./nl/pages.ts'),
      account: () => import('./nl/account.ts'),
      admin: () => import('./nl/admin.ts'),
    },
  },
  pl: {
    name: 'Polski',
    dir: 'ltr',
    unreachable: 'Nie udało się wczytać strony. Sprawdź połączenie i odśwież stronę.',
    parts: {
      pages: () => import('./pl/pages.ts'),
      account: () => import('./pl/account.ts'),
      admin: () => import('./pl/admin.ts'),
    },
  },
  pt: {
    name: 'Português',
    dir: 'ltr',
    unreachable: 'Não foi possível carregar a página. Verifique a ligação e volte a carregá-la.',
    parts: {
      pages: () => import('./pt/pages.ts'),
      account: () => import('./pt/account.ts'),
      admin: () => import('./pt/admin.ts'),
    },
  },
} as const
export type Language = keyof typeof LANGUAGES

export const isLanguage = (code: string | undefined): code is Language =>
  code !== undefined && Object.hasOwn(LANGUAGES, code)
