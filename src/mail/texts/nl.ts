import type { MailTexts } from './mail-texts.ts'

export const nl: MailTexts = {
  language: 'nl',
  locale: 'nl-NL',
  greeting: name => (name ? `Hallo ${name},` : 'Hallo,'),
  quoted: text => `‘${text}’`,
  device: (browser, system) => `${browser} op ${system}`,
  unknownDevice: 'een onbekend apparaat',
  unknownAddress: 'onbekend',
  factors: {
    totp: 'authenticator-app',
    passkey: 'passkey',
    'recovery-codes': 'herstelcodes',
    all: 'alle tweede factoren',
  },
  identity: (provider, account) => `${provider}-account ${account}`,

  aboveLink: action => `${action}:`,
  copyLink: link => `Of kopieer dit adres: ${link}`,
  reason: site => `U ontvangt deze e-mail vanwege een account bij ${site}.`,
  help: 'Hulp',

  verifyEmail: site => ({
    subject: `Bevestig uw e-mailadres voor ${site}`,
    lead: `Er is bij ${site} een account aangemaakt met dit e-mailadres. Was u dit, bevestig dan het adres.`,
    action: 'Adres bevestigen',
    closing: ['Was u dit niet, dan kunt u deze e-mail negeren.'],
  }),
  alreadyRegistered: site => ({
    subject: `U hebt al een account bij ${site}`,
    lead: `Iemand probeerde met dit e-mailadres een account bij ${site} aan te maken, maar u hebt er al een. Was u dit, log dan in. Bent u uw wachtwoord vergeten, stel het dan opnieuw in op de inlogpagina.`,
    action: 'Inloggen',
    closing: ['Was u dit niet, dan kunt u deze e-mail negeren. Er is niets veranderd.'],
  }),
  invitation: (site, lasting) => ({
    subject: `Uw uitnodiging voor ${site}`,
    lead: `U bent uitgenodigd om een account bij ${site} aan te maken.`,
    action: 'Account aanmaken',
    closing: [`De link werkt één keer, gedurende ${lasting}.`],
  }),
  resetPassword: (site, lasting) => ({
    subject: `Stel uw wachtwoord voor ${site} opnieuw in`,
    lead: `Wij hebben een verzoek ontvangen om uw wachtwoord bij ${site} opnieuw in te stellen. Open deze link om een nieuw te kiezen.`,
    action: 'Nieuw wachtwoord kiezen',
    closing: [
      `De link werkt één keer, gedurende ${lasting}. Hebt u dit niet aangevraagd, dan kunt u deze e-mail negeren. Uw wachtwoord is niet gewijzigd.`,
    ],
  }),
  confirmNewEmail: site => ({
    subject: `Bevestig uw nieuwe e-mailadres voor ${site}`,
    lead: `Bevestig dat dit het nieuwe e-mailadres van uw account bij ${site} is.`,
    action: 'Nieuw adres bevestigen',
    closing: ['Hebt u dit niet aangevraagd, dan kunt u deze e-mail negeren.'],
  }),
  signIn: (site, device, lasting) => ({
    subject: `Inloggen bij ${site}`,
    lead: `Iemand wil met dit e-mailadres bij ${site} inloggen, in deze browser: ${device}. Bent u dit, voer daar dan deze code in:`,
    orOpen: 'Of open deze link in dezelfde browser.',
    action: 'Inloggen',
    closing: [
      `De code en de link werken één keer, gedurende ${lasting}. Deel de code met niemand en voer hem alleen in bij ${site}.`,
      'Was u dit niet, dan kunt u deze e-mail negeren. Er is niemand ingelogd.',
    ],
  }),

  addressTakenAway: (site, moment) => ({
    subject: `Dit adres hoort niet meer bij een account bij ${site}`,
    lead: `De wijziging van het e-mailadres van uw account bij ${site} is ongedaan gemaakt op ${moment}. Het account gebruikt weer het vorige adres.`,
  }),
  accountDeleted: (site, moment) => ({
    subject: `Uw account bij ${site} is verwijderd`,
    lead: `Uw account bij ${site} en alle gegevens ervan zijn verwijderd op ${moment}.`,
  }),

  notice: {
    happened: moment => `Dit gebeurde op ${moment}.`,
    advice: 'Was u dit, dan kunt u deze e-mail negeren. Zo niet, open dan deze link. U hoeft niet in te loggen.',
    action: 'Ik was dit niet',
  },
  passwordChanged: site => ({
    subject: `Uw wachtwoord voor ${site} is gewijzigd`,
    lead: `Het wachtwoord van uw account bij ${site} is gewijzigd.`,
  }),
  stillRequired: factors =>
    `Voor het inloggen is nog steeds nodig: ${factors}. Hebt u iets hiervan niet zelf toegevoegd, verwijder het dan met de link hieronder.`,
  emailChangeRequested: (site, email) => ({
    subject: `Iemand wil uw e-mailadres bij ${site} wijzigen`,
    lead: `Iemand heeft gevraagd om het e-mailadres van uw account bij ${site} te wijzigen in ${email}.`,
  }),
  emailChanged: (site, email) => ({
    subject: `Uw e-mailadres bij ${site} is gewijzigd`,
    lead: `Het e-mailadres van uw account bij ${site} is nu ${email}.`,
  }),
  factorAdded: (site, factor) => ({
    subject: `Er is een manier toegevoegd om in te loggen bij ${site}`,
    lead: `Deze manier om in te loggen is toegevoegd aan uw account bij ${site}: ${factor}.`,
  }),
  factorRemoved: (site, factors) => ({
    subject: `Er is een manier verwijderd om in te loggen bij ${site}`,
    lead: `Het volgende is verwijderd uit uw account bij ${site}: ${factors}.`,
  }),
  identityLinked: (site, account) => ({
    subject: `Er is een manier toegevoegd om in te loggen bij ${site}`,
    lead: `Met dit account kan nu worden ingelogd op uw account bij ${site}: ${account}.`,
  }),
  identityUnlinked: (site, account) => ({
    subject: `Er is een manier verwijderd om in te loggen bij ${site}`,
    lead: `Met dit account kan niet meer worden ingelogd op uw account bij ${site}: ${account}.`,
  }),
  recoveryCodesReplaced: site => ({
    subject: `Nieuwe herstelcodes voor ${site}`,
    lead: `Uw account bij ${site} heeft nieuwe herstelcodes. De vorige werken niet meer.`,
  }),
  recoveryCodeUsed: (site, left) => ({
    subject: `Er is een herstelcode gebruikt bij ${site}`,
    lead: `Iemand heeft een herstelcode van uw account bij ${site} gebruikt. Resterende codes: ${left}.`,
  }),
  newDevice: (site, device, address) => ({
    subject: `Nieuwe aanmelding bij ${site}`,
    lead: `Iemand heeft op een nieuw apparaat ingelogd op uw account bij ${site}: ${device}, IP-adres ${address}.`,
  }),
  usernameChanged: (site, username) => ({
    subject: `Uw gebruikersnaam bij ${site} is gewijzigd`,
    lead:
      username === null
        ? `De gebruikersnaam van uw account bij ${site} is verwijderd. U kunt inloggen met uw e-mailadres.`
        : `De gebruikersnaam van uw account bij ${site} is nu ${username}.`,
  }),
  roleGranted: (site, role) => ({
    subject: `U hebt een nieuwe rol bij ${site}`,
    lead: `Uw account bij ${site} heeft de rol ${role} gekregen.`,
  }),
  tokenCreated: (site, token, moment) => ({
    subject: `Er is een persoonlijk toegangstoken aangemaakt bij ${site}`,
    lead: `Voor uw account bij ${site} is een persoonlijk toegangstoken met de naam ${token} aangemaakt. Het verloopt op ${moment}.`,
  }),
  rightAfterFailures: (site, failures, entered) => ({
    subject: `Mislukte pogingen bij uw account bij ${site}`,
    lead:
      entered === 'code'
        ? `Iemand heeft na ${failures} onjuiste codes achter elkaar de juiste code voor uw account bij ${site} ingevoerd.`
        : `Iemand heeft na ${failures} onjuiste wachtwoorden achter elkaar het juiste wachtwoord voor uw account bij ${site} ingevoerd.`,
  }),
  signInStopped: (site, entered) => ({
    subject: `Een inlogpoging bij ${site} is gestopt`,
    lead:
      entered === 'code'
        ? `Iemand die uw wachtwoord heeft, of een browser waarin u bent ingelogd, heeft te veel onjuiste codes ingevoerd voor uw account bij ${site}. Codes werken niet meer: vraag een beheerder van ${site} om uw account te deblokkeren en wijzig uw wachtwoord.`
        : `Iemand heeft te veel onjuiste wachtwoorden ingevoerd voor uw account bij ${site}. Op nieuwe apparaten werkt uw wachtwoord pas weer als u het opnieuw hebt ingesteld.`,
  }),
}
