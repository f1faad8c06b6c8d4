import type { MailTexts } from './mail-texts.ts'

export const pl: MailTexts = {
  language: 'pl',
  locale: 'pl-PL',
  greeting: name => (name ? `Dzień dobry, ${name}!` : 'Dzień dobry!'),
  quoted: text => `„${text}”`,
  device: (browser, system) => `${browser} w systemie ${system}`,
  unknownDevice: 'nieznane urządzenie',
  unknownAddress: 'nieznany',
  factors: {
    totp: 'aplikacja uwierzytelniająca',
    passkey: 'klucz dostępu',
    'recovery-codes': 'kody odzyskiwania',
    all: 'wszystkie drugie składniki logowania',
  },
  identity: (provider, account) => `konto ${provider} ${account}`,

  aboveLink: action => `${action}:`,
  copyLink: link => `Lub skopiuj ten adres: ${link}`,
  reason: site => `Ten e-mail dotyczy konta w serwisie ${site}.`,
  help: 'Pomoc',

  verifyEmail: site => ({
    subject: `Potwierdź swój adres e-mail w serwisie ${site}`,
    lead: `W serwisie ${site} utworzono konto z tym adresem e-mail. Jeśli to Twoje konto, potwierdź adres.`,
    action: 'Potwierdź adres',
    closing: ['Jeśli to nie Twoje działanie, możesz zignorować ten e-mail.'],
  }),
  alreadyRegistered: site => ({
    subject: `Masz już konto w serwisie ${site}`,
    lead: `Ktoś próbował utworzyć konto w serwisie ${site} z tym adresem e-mail, ale masz już tam konto. Jeśli to Twoje działanie, zaloguj się. Jeśli nie pamiętasz hasła, zresetuj je na stronie logowania.`,
    action: 'Zaloguj się',
    closing: ['Jeśli to nie Twoje działanie, możesz zignorować ten e-mail. Nic się nie zmieniło.'],
  }),
  invitation: (site, lasting) => ({
    subject: `Zaproszenie do serwisu ${site}`,
    lead: `Zapraszamy do utworzenia konta w serwisie ${site}.`,
    action: 'Utwórz konto',
    closing: [`Link działa jeden raz, przez ${lasting}.`],
  }),
  resetPassword: (site, lasting) => ({
    subject: `Zresetuj hasło do serwisu ${site}`,
    lead: `Otrzymaliśmy prośbę o zresetowanie Twojego hasła do serwisu ${site}. Otwórz ten link, aby wybrać nowe.`,
    action: 'Wybierz nowe hasło',
    closing: [
      `Link działa jeden raz, przez ${lasting}. Jeśli to nie Twoja prośba, możesz zignorować ten e-mail. Hasło się nie zmieniło.`,
    ],
  }),
  confirmNewEmail: site => ({
    subject: `Potwierdź nowy adres e-mail w serwisie ${site}`,
    lead: `Potwierdź, że to nowy adres e-mail Twojego konta w serwisie ${site}.`,
    action: 'Potwierdź nowy adres',
    closing: ['Jeśli to nie Twoja prośba, możesz zignorować ten e-mail.'],
  }),
  signIn: (site, device, lasting) => ({
    subject: `Logowanie do serwisu ${site}`,
    lead: `Ktoś chce zalogować się do serwisu ${site} z tym adresem e-mail, w tej przeglądarce: ${device}. Jeśli to Ty, wpisz w niej ten kod:`,
    orOpen: 'Możesz też otworzyć ten link w tej samej przeglądarce.',
    action: 'Zaloguj się',
    closing: [
      `Kod i link działają jeden raz, przez ${lasting}. Nie udostępniaj kodu nikomu i wpisuj go tylko w serwisie ${site}.`,
      'Jeśli to nie Twoje działanie, możesz zignorować ten e-mail. Nikt nie został zalogowany.',
    ],
  }),

  addressTakenAway: (site, moment) => ({
    subject: `Ten adres nie należy już do konta w serwisie ${site}`,
    lead: `Zmiana adresu e-mail Twojego konta w serwisie ${site} została cofnięta (${moment}). Konto znów używa poprzedniego adresu.`,
  }),
  accountDeleted: (site, moment) => ({
    subject: `Twoje konto w serwisie ${site} zostało usunięte`,
    lead: `Twoje konto w serwisie ${site} i wszystkie jego dane zostały usunięte (${moment}).`,
  }),

  notice: {
    happened: moment => `Data i godzina: ${moment}.`,
    advice:
      'Jeśli to Twoje działanie, możesz zignorować ten e-mail. Jeśli nie, otwórz ten link. Nie trzeba się logować.',
    action: 'To nie ja',
  },
  passwordChanged: site => ({
    subject: `Hasło do serwisu ${site} zostało zmienione`,
    lead: `Hasło do Twojego konta w serwisie ${site} zostało zmienione.`,
  }),
  stillRequired: factors =>
    `Do zalogowania nadal potrzeba: ${factors}. Jeśli któraś z tych metod nie została dodana przez Ciebie, usuń ją za pomocą poniższego linku.`,
  emailChangeRequested: (site, email) => ({
    subject: `Ktoś chce zmienić Twój adres e-mail w serwisie ${site}`,
    lead: `Ktoś poprosił o zmianę adresu e-mail Twojego konta w serwisie ${site} na ${email}.`,
  }),
  emailChanged: (site, email) => ({
    subject: `Twój adres e-mail w serwisie ${site} został zmieniony`,
    lead: `Adres e-mail Twojego konta w serwisie ${site} to teraz ${email}.`,
  }),
  factorAdded: (site, factor) => ({
    subject: `Dodano sposób logowania do serwisu ${site}`,
    lead: `Do Twojego konta w serwisie ${site} dodano ten sposób logowania: ${factor}.`,
  }),
  factorRemoved: (site, factors) => ({
    subject: `Usunięto sposób logowania do serwisu ${site}`,
    lead: `Z Twojego konta w serwisie ${site} usunięto: ${factors}.`,
  }),
  identityLinked: (site, account) => ({
    subject: `Dodano sposób logowania do serwisu ${site}`,
    lead: `Do Twojego konta w serwisie ${site} można się teraz logować za pomocą tego konta: ${account}.`,
  }),
  identityUnlinked: (site, account) => ({
    subject: `Usunięto sposób logowania do serwisu ${site}`,
    lead: `Do Twojego konta w serwisie ${site} nie można się już logować za pomocą tego konta: ${account}.`,
  }),
  recoveryCodesReplaced: site => ({
    subject: `Nowe kody odzyskiwania w serwisie ${site}`,
    lead: `Twoje konto w serwisie ${site} ma nowe kody odzyskiwania. Poprzednie już nie działają.`,
  }),
  recoveryCodeUsed: (site, left) => ({
    subject: `Użyto kodu odzyskiwania w serwisie ${site}`,
    lead: `Ktoś użył kodu odzyskiwania Twojego konta w serwisie ${site}. Pozostałe kody: ${left}.`,
  }),
  newDevice: (site, device, address) => ({
    subject: `Nowe logowanie do serwisu ${site}`,
    lead: `Ktoś zalogował się do Twojego konta w serwisie ${site} na nowym urządzeniu: ${device}, adres IP ${address}.`,
  }),
  usernameChanged: (site, username) => ({
    subject: `Twoja nazwa użytkownika w serwisie ${site} została zmieniona`,
    lead:
      username === null
        ? `Nazwa użytkownika Twojego konta w serwisie ${site} została usunięta. Możesz logować się adresem e-mail.`
        : `Nazwa użytkownika Twojego konta w serwisie ${site} to teraz ${username}.`,
  }),
  roleGranted: (site, role) => ({
    subject: `Masz nową rolę w serwisie ${site}`,
    lead: `Twoje konto w serwisie ${site} otrzymało rolę ${role}.`,
  }),
  tokenCreated: (site, token, moment) => ({
    subject: `Utworzono osobisty token dostępu w serwisie ${site}`,
    lead: `Dla Twojego konta w serwisie ${site} utworzono osobisty token dostępu o nazwie ${token}. Termin ważności: ${moment}.`,
  }),
  rightAfterFailures: (site, failures, entered) => ({
    subject: `Nieudane próby logowania na Twoje konto w serwisie ${site}`,
    lead:
      entered === 'code'
        ? `Ktoś podał prawidłowy kod do Twojego konta w serwisie ${site} po błędnych kodach wpisanych z rzędu. Ich liczba: ${failures}.`
        : `Ktoś podał prawidłowe hasło do Twojego konta w serwisie ${site} po błędnych hasłach wpisanych z rzędu. Ich liczba: ${failures}.`,
  }),
  signInStopped: (site, entered) => ({
    subject: `Logowanie do serwisu ${site} zostało zablokowane`,
    lead:
      entered === 'code'
        ? `Ktoś, kto ma Twoje hasło lub przeglądarkę z Twoją sesją, wpisał zbyt wiele błędnych kodów do Twojego konta w serwisie ${site}. Kody już nie działają: poproś administratora serwisu ${site} o odblokowanie konta i zmień hasło.`
        : `Ktoś wpisał zbyt wiele błędnych haseł do Twojego konta w serwisie ${site}. Na nowych urządzeniach hasło nie zadziała, dopóki go nie zresetujesz.`,
  }),
}
