import type { Text } from '../catalogue.ts'

export const text: Text = {
  retryIn: seconds =>
    seconds < 90
      ? `Versuchen Sie es in ${seconds} Sekunden wieder.`
      : `Versuchen Sie es in ${Math.ceil(seconds / 60)} Minuten wieder.`,

  problems: {
    no_answer: 'Der Server antwortet nicht. Prüfen Sie die Verbindung und versuchen Sie es noch einmal.',
    page_failed: 'Auf dieser Seite ist etwas schiefgegangen. Laden Sie sie neu.',
    invalid_credentials: 'E-Mail-Adresse oder Passwort ist falsch.',
    invalid_code: 'Der Code hat nicht funktioniert. Nehmen Sie den neuesten.',
    invalid_link:
      'Dieser Link wurde benutzt, ist abgelaufen oder wurde durch einen neueren ersetzt. Fordern Sie einen neuen an.',
    other_browser:
      'Dieser Link wurde in einem anderen Browser geöffnet. Geben Sie den Code aus der E-Mail in dem Browser ein, in dem Sie begonnen haben, oder öffnen Sie den Link dort.',
    sign_in_way_disabled: 'Auf diesem Weg können Sie sich hier nicht anmelden.',
    authentication_required: 'Sie sind abgemeldet. Melden Sie sich wieder an.',
    second_factor_required: 'Schließen Sie die Anmeldung mit dem zweiten Schritt ab.',
    second_factor_enrolment_required: 'Richten Sie zuerst die Bestätigung in zwei Schritten ein.',
    review_required: 'Prüfen Sie zuerst, wie man sich bei Ihrem Konto anmelden kann.',
    registration_closed: 'Die Registrierung ist geschlossen. Bitten Sie einen Administrator um ein Konto.',
    invalid_invitation:
      'Diese Einladung wurde benutzt, ist abgelaufen oder gilt für eine andere Adresse. Bitten Sie um eine neue.',
    account_exists: 'Mit dieser E-Mail-Adresse oder diesem Benutzernamen gibt es schon ein Konto.',
    role_exists: 'Es gibt schon eine Rolle mit diesem Namen.',
    client_exists: 'Es gibt schon eine Anwendung mit dieser ID oder dieser Ressource.',
    last_administrator: 'Danach gäbe es keinen aktiven Administrator mehr. Geben Sie die Rolle zuerst jemand anderem.',
    too_many_requests: 'Zu viele Versuche.',
    precondition_failed: 'Jemand anderes hat dies inzwischen geändert. Laden Sie die Seite neu.',
    conflict: 'Jemand anderes hat dies im selben Moment geändert. Versuchen Sie es noch einmal.',
    factor_exists: 'Das haben Sie schon.',
    too_many_tokens: 'Mehr Tokens sind nicht möglich. Widerrufen Sie zuerst eines.',
    service_unavailable: 'Der Server ist überlastet, oder seine Datenbank ist nicht erreichbar.',
    internal_error: 'Auf dem Server ist etwas schiefgegangen.',
    forbidden: 'Dafür fehlt Ihnen die Berechtigung.',
    not_found: 'Das gibt es nicht mehr.',
    validation_failed: 'Bitte prüfen Sie die markierten Felder.',
    wrong_password: 'Falsches Passwort.',
    passkey_refused:
      'Die Anmeldung mit dem Passkey wurde abgebrochen. Versuchen Sie es noch einmal, oder nehmen Sie das Passwort.',
    second_passkey_refused:
      'Der Passkey wurde nicht verwendet. Versuchen Sie es noch einmal, oder nehmen Sie einen Code.',
    passkey_not_created: 'Es wurde kein Passkey angelegt. Versuchen Sie es noch einmal.',
    passkey_exists: 'Dieses Gerät hat schon einen Passkey für Ihr Konto.',
    provider_refused: 'Der Anbieter hat die Anmeldung nicht bestätigt.',
    provider_unavailable: 'Der Anbieter ist gerade nicht erreichbar. Versuchen Sie es später noch einmal.',
    identity_taken: 'Dieses Konto ist hier schon mit einem anderen Konto verknüpft.',
    too_many_identities: 'Mehr verknüpfte Konten sind nicht möglich. Heben Sie zuerst eine Verknüpfung auf.',
    last_way_in:
      'Danach könnten Sie sich nicht mehr anmelden. Setzen Sie zuerst ein Passwort, oder fügen Sie einen Passkey hinzu.',
    user_code_unknown:
      'Mit diesem Code wartet kein Gerät. Prüfen Sie ihn, oder beginnen Sie auf dem Gerät noch einmal.',
    payload_too_large: 'Dieser Text ist zu lang.',
  },

  missing: {
    name: 'Bitte einen Namen eingeben.',
    email: 'Bitte die E-Mail-Adresse eingeben.',
    newEmail: 'Bitte die neue E-Mail-Adresse eingeben.',
    identifier: 'Bitte E-Mail-Adresse oder Benutzernamen eingeben.',
    password: 'Bitte ein Passwort eingeben.',
    currentPassword: 'Bitte das aktuelle Passwort eingeben.',
    newPassword: 'Bitte ein neues Passwort eingeben.',
    code: 'Bitte den Code eingeben.',
    userCode: 'Bitte den Code des Geräts eingeben.',
    recoveryCode: 'Bitte einen Wiederherstellungscode eingeben.',
  },

  fieldProblems: {
    missing: 'Bitte ausfüllen.',
    wrong_password: 'Falsches Passwort.',
    too_short: 'Verwenden Sie mindestens 15 Zeichen; drei oder vier beliebige Wörter sind leicht zu merken.',
    too_long: 'Verwenden Sie höchstens 128 Zeichen.',
    common: 'Dieses Passwort ist zu verbreitet.',
    personal: 'Ergänzen Sie Wörter, die nichts mit Ihrem Namen, Ihrer Adresse oder dieser Seite zu tun haben.',
    guessable: 'Dieses Passwort ist zu leicht zu erraten. Drei oder vier beliebige Wörter sind leicht zu merken.',
    breached: 'Dieses Passwort ist bei einem Einbruch bekannt geworden. Wählen Sie ein anderes.',
    straightRow: 'Eine Reihe von Tasten wird früh erraten.',
    keyPattern: 'Ein Muster auf der Tastatur wird früh erraten.',
    simpleRepeat: 'Wiederholte Zeichen nützen wenig.',
    extendedRepeat: 'Wiederholte Teile nützen wenig.',
    sequences: 'Folgen wie abc oder 6543 nützen wenig.',
    recentYears: 'Jahre unserer Zeit werden früh erraten.',
    dates: 'Daten werden früh erraten.',
    similarToCommon: 'Das ist nah an einem häufigen Passwort.',
    wordByItself: 'Ein einzelnes Wort wird früh erraten.',
    namesByThemselves: 'Namen werden früh erraten.',
    commonNames: 'Namen werden früh erraten.',
    userInputs: 'Nehmen Sie nicht den eigenen Namen oder die eigene Adresse.',
    anotherWord: 'Fügen Sie ein oder zwei Wörter hinzu, die mit den anderen nichts zu tun haben.',
    useWords: 'Verwenden Sie mehrere Wörter, die nichts miteinander zu tun haben.',
    noNeed: 'Ziffern, Zeichen und Großbuchstaben sind nicht nötig.',
    invalid_format: 'Das hat nicht die richtige Form.',
    other: 'Das ist nicht die Adresse des Kontos.',
    other_username: 'Das ist nicht der Benutzername des Kontos.',
    no_json: 'Das ist kein JSON.',
    redirect_uri: 'Geben Sie exakte https-Adressen ein. http geht nur für diesen Rechner.',
    https_uri: 'Geben Sie eine https-Adresse ein. http geht nur für diesen Rechner.',
    web_uri: 'Geben Sie eine Adresse mit https oder http ein.',
    resource_uri: 'Geben Sie eine vollständige URI ohne # ein.',
    application_type: 'Diese Adresse passt nicht zur Art der Anwendung.',
    grant_needed: 'refresh_token braucht authorization_code oder die Freigabe für Geräte.',
    public_client: 'Ohne Authentifizierung geht client_credentials nicht.',
    unused: 'Schlüssel werden nur für private_key_jwt gebraucht.',
    reserved: 'Diese Adresse gehört zu diesem Server.',
    unknown_role: 'Eine dieser Rollen gibt es nicht.',
    username_needed: 'Ohne E-Mail-Adresse braucht das Konto einen Benutzernamen, um sich anzumelden.',
  },

  reasons: {
    'signed-out-elsewhere': 'Sie wurden von einem anderen Gerät aus abgemeldet.',
    idle: 'Sie wurden wegen Inaktivität abgemeldet.',
    expired: 'Ihre Sitzung ist abgelaufen. Melden Sie sich wieder an.',
    'password-changed': 'Das Passwort wurde geändert. Melden Sie sich mit dem neuen an.',
    'email-changed': 'Die E-Mail-Adresse wurde geändert. Melden Sie sich mit der neuen an.',
    'factor-changed': 'Ihre Bestätigung in zwei Schritten wurde geändert. Melden Sie sich wieder an.',
    reported: 'Eine Anmeldung wurde als fremd gemeldet, deshalb wurden alle abgemeldet.',
    disabled: 'Sie wurden abgemeldet.',
    replaced: 'Sie haben sich in einem anderen Tab neu angemeldet.',
    admin: 'Ein Administrator hat Sie abgemeldet.',
    restored: 'Der Server wurde aus einer Sicherung wiederhergestellt. Melden Sie sich wieder an.',
    'provider-signed-out': 'Sie haben sich beim Anbieter abgemeldet und wurden deshalb auch hier abgemeldet.',
    'too-many-attempts': 'Zu viele falsche Codes. Beginnen Sie noch einmal mit dem Passwort.',
  },

  review: {
    title: 'Anmeldewege prüfen',
    lead: 'Ihr Konto wurde wiederhergestellt. Prüfen Sie, welche Anmeldewege von Ihnen sind, bevor Sie fortfahren.',
    legend: 'Wählen Sie aus, was Sie selbst hinzugefügt haben',
    rest: 'Was Sie nicht auswählen, wird entfernt.',
    submit: 'Weiter',
    added: (day: string) => `hinzugefügt am ${day}`,
    identity: (label, account) => `${label}-Konto ${account}`,
    names: { totp: 'Authenticator-App', 'recovery-codes': 'Wiederherstellungscodes' },
  },

  common: {
    skip: 'Zum Inhalt',
    language: 'Sprache',
    signIn: 'Anmelden',
    signOut: 'Abmelden',
    account: 'Mein Konto',
    userMenu: 'Kontomenü:',
    administration: 'Verwaltung',
    startPage: 'Startseite',
    loading: 'Wird geladen …',
    tryAgain: 'Noch einmal',
    save: 'Speichern',
    saved: 'Gespeichert.',
    cancel: 'Abbrechen',
    copy: 'Kopieren',
    copied: 'Kopiert',
    download: 'Herunterladen',
    print: 'Drucken',
    remove: 'Entfernen',
    more: 'Mehr anzeigen',
    never: 'nie',
    unknown: 'unbekannt',
    name: 'Name',
    email: 'E-Mail-Adresse',
    password: 'Passwort',
    newPassword: 'Neues Passwort',
    showPassword: 'Passwort anzeigen',
    hidePassword: 'Passwort verbergen',
    strength: ['Sehr schwach', 'Schwach', 'Mittel', 'Gut', 'Stark'],
    capsLock: 'Die Feststelltaste ist aktiv.',
    passwordRules: 'Mindestens 15 Zeichen. Ein kurzer Satz eignet sich gut.',
    savedThem: 'Ich habe sie gespeichert',
    savedIt: 'Ich habe es gespeichert',
    options: 'Aktionen',
    footer: 'Über diese Seite',
    links: { terms: 'Nutzungsbedingungen', privacy: 'Datenschutz', help: 'Hilfe' },
  },

  notFound: {
    title: 'Seite nicht gefunden',
    text: 'Unter dieser Adresse gibt es keine Seite. Vielleicht ist sie umgezogen, oder die Adresse enthält einen Tippfehler.',
  },

  start: {
    title: site => `Willkommen bei ${site}`,
    signedInAs: name => `Sie sind angemeldet als ${name}.`,
    register: 'Konto erstellen',
    developers: 'Für Entwickler',
    docs: 'API-Dokumentation',
    docsText: 'alle Routen nachlesen und ausprobieren',
    openapi: 'OpenAPI-Dokument',
    openapiText: 'für Codegeneratoren und andere Werkzeuge',
    health: 'Lebenszeichen',
    healthText: 'ob der Server läuft',
    ready: 'Bereitschaft',
    readyText: 'ob die Datenbank erreichbar und aktuell ist',
  },

  signIn: {
    titleAt: site => `Bei ${site} anmelden`,
    identifier: 'E-Mail-Adresse oder Benutzername',
    rememberMe: days => (days === 1 ? 'Einen Tag lang angemeldet bleiben' : `${days} Tage lang angemeldet bleiben`),
    submit: 'Anmelden',
    passkey: 'Mit einem Passkey anmelden',
    or: 'oder',
    forgot: 'Passwort vergessen?',
    lastUsed: 'Zuletzt verwendet',
    change: 'Anderes Konto verwenden',
    noAccount: 'Neu hier?',
    register: 'Konto erstellen',
    secondTitle: 'Bestätigung in zwei Schritten',
    second: 'Bestätigen Sie, dass Sie es sind.',
    code: '6-stelliger Code',
    codeHint: 'Aus Ihrer Authenticator-App. Alle 30 Sekunden erscheint ein neuer.',
    recoveryCode: 'Wiederherstellungscode',
    recoveryHint: 'Einer der Codes, die Sie beim Einrichten gespeichert haben. Jeder gilt einmal.',
    secondPasskey: 'Passkey verwenden',
    useRecovery: 'Stattdessen einen Wiederherstellungscode verwenden',
    useCode: 'Stattdessen die Authenticator-App verwenden',
    rememberDevice: 'Diesem Browser 30 Tage lang vertrauen',
    confirm: 'Weiter',
    back: 'Anderes Konto verwenden',
  },

  byEmail: {
    lead: 'Wir senden Ihnen eine E-Mail mit einem Link und einem Code. Sie brauchen kein Passwort.',
    submit: 'Link per E-Mail senden',
    sentTitle: 'Prüfen Sie Ihre E-Mails',
    sent: email => `Wenn es zu ${email} ein Konto gibt, ist eine E-Mail unterwegs. Das kann einen Moment dauern.`,
    code: '8-stelliger Code',
    codeHint: 'Aus der neuesten E-Mail; oder öffnen Sie deren Link in diesem Browser. Beides gilt 10 Minuten lang.',
    back: 'Andere E-Mail-Adresse verwenden',
    usePassword: 'Stattdessen das Passwort verwenden',
    linkLead: 'Melden Sie sich mit dem Link aus Ihrer E-Mail an.',
  },

  resend: {
    hint: 'Nach einer Minute keine E-Mail? Sehen Sie im Spam-Ordner nach.',
    again: 'Neue E-Mail senden',
    sent: 'Eine neue E-Mail ist unterwegs. Die vorige gilt nicht mehr.',
  },

  providers: {
    continueWith: label => `Weiter mit ${label}`,
    again: label => `Noch einmal mit ${label}`,
    notAvailable: 'Zurzeit nicht verfügbar',
    theProvider: 'dem Anbieter',
    problems: {
      provider_cancelled: label => `Sie haben bei ${label} abgebrochen. Nichts hat sich geändert.`,
      provider_refused: label =>
        `Die Anmeldung mit ${label} wurde abgelehnt. Versuchen Sie es noch einmal, oder melden Sie sich anders an.`,
      provider_answer_unknown: label =>
        `Dieser Server hat keine Antwort von ${label} erwartet. Beginnen Sie noch einmal.`,
      provider_answer_foreign: label =>
        `Diese Anmeldung mit ${label} wurde in einem anderen Browser oder einer anderen Sitzung begonnen. Beginnen Sie hier noch einmal.`,
      provider_answer_used: label => `Diese Antwort von ${label} wurde schon benutzt. Beginnen Sie noch einmal.`,
      provider_answer_expired: label =>
        `Die Anmeldung mit ${label} hat länger als zehn Minuten gedauert. Beginnen Sie noch einmal.`,
      provider_unavailable: label =>
        `Die Anmeldung mit ${label} ist gerade nicht möglich. Versuchen Sie es später, oder melden Sie sich anders an.`,
      registration_closed: label =>
        `Ihr Konto bei ${label} ist hier mit keinem Konto verknüpft, und Sie können damit keines erstellen. Melden Sie sich anders an, oder bitten Sie einen Administrator um ein Konto.`,
      identity_taken: label =>
        `Ihr Konto bei ${label} ist hier schon mit einem anderen Konto verknüpft. Melden Sie sich dort an, um die Verknüpfung aufzuheben.`,
      too_many_identities: () => 'Mehr verknüpfte Konten sind nicht möglich. Heben Sie zuerst eine Verknüpfung auf.',
      too_many_requests: () => 'Zu viele Versuche. Warten Sie ein paar Minuten, und versuchen Sie es dann noch einmal.',
    },
    notConfirmed: label =>
      `Die Bestätigung durch ${label} ist ausgeblieben. Versuchen Sie es noch einmal, oder melden Sie sich hier ab und wieder an.`,
    failed: label =>
      `Die Anmeldung mit ${label} hat nicht funktioniert. Versuchen Sie es noch einmal, oder melden Sie sich anders an.`,
    notLinked: (label, account) => `Ihr ${label}-Konto ${account} ist hier noch mit keinem Konto verknüpft.`,
    signInToLink:
      'Zu dieser Adresse gibt es hier schon ein Konto. Melden Sie sich dort an, dann verknüpfen wir die beiden.',
    signInOrCreate: 'Erstellen Sie damit ein Konto, oder melden Sie sich bei Ihrem an, dann verknüpfen wir die beiden.',
    linkTitle: 'Konto verknüpfen',
    linkQuestion: (label, account) => `${label}-Konto ${account} mit Ihrem Konto verknüpfen?`,
    linkEffect: label => `Sie können sich dann mit ${label} anmelden.`,
    linkSubmit: 'Verknüpfen',
    notNow: 'Jetzt nicht',
    linkExpired:
      'Dieses Konto kann nicht mehr verknüpft werden, weil zehn Minuten vergangen sind. Beginnen Sie unter „Verknüpfte Konten“ noch einmal.',
    toLinked: 'Verknüpfte Konten anzeigen',
    taken: label => `Dieses ${label}-Konto ist hier schon mit einem anderen Konto verknüpft.`,
    otherAccount: label =>
      `Sie sind bei einem anderen Konto angemeldet als dem mit der Adresse dieses ${label}-Kontos. Melden Sie sich dort an, um die beiden zu verknüpfen.`,
    changeAccount: 'Beim anderen Konto anmelden',
    signedOut: 'Sie sind hier abgemeldet.',
    signOutToo: label => `Auch bei ${label} abmelden`,
  },

  authorize: {
    title: 'Bei einer Anwendung anmelden',
    signedInAs: identifier => `Angemeldet als ${identifier}.`,
    consentTitle: name => `${name} zulassen?`,
    from: host =>
      `Diese Anwendung stammt von ${host}. Ihren Namen hat sie selbst gewählt; die Administratoren dieses Servers kennen sie nicht.`,
    wants: name => `${name} möchte:`,
    withdraw: 'Sie können das jederzeit unter Mein Konto, Anwendungen widerrufen.',
    allow: 'Zulassen',
    deny: 'Ablehnen',
    prove: name => `${name} bittet Sie, Ihre Identität zu bestätigen.`,
    proveSubmit: 'Bestätigen',
    enrolTitle: 'Bestätigung in zwei Schritten nötig',
    enrol: name =>
      `${name} verlangt die Bestätigung in zwei Schritten. Richten Sie sie in Ihrem Konto ein und öffnen Sie ${name} dann noch einmal.`,
    enrolSubmit: 'Bestätigung in zwei Schritten einrichten',
    noAccessTitle: 'Kein Zugang',
    noAccess: name =>
      `Ihr Konto hat keinen Zugang zu ${name}. Wenn Sie ihn brauchen, wenden Sie sich an einen Administrator dieses Servers.`,
    back: name => `Zurück zu ${name}`,
    actAt: name => `${name} in Ihrem Namen benutzen:`,
  },

  scopes: {
    openid: 'Wissen, wer Sie sind',
    profile: 'Ihren Namen und Benutzernamen sehen',
    email: 'Ihre E-Mail-Adresse sehen',
    groups: 'Ihre Rollen und Rechte sehen',
    offline_access: 'Zugriff behalten, während Sie weg sind, bis Sie sich hier abmelden',
  },

  applicationProblem: {
    title: 'Anmeldung nicht möglich',
    codes: {
      unknown_application:
        'Dieser Server kennt die Anwendung nicht, oder ein Administrator hat sie deaktiviert. Der Betreiber der Anwendung muss sie hier registrieren lassen.',
      redirect_uri_not_registered:
        'Die Anwendung hat eine Rücksprungadresse genannt, die hier nicht registriert ist. Ihr Betreiber muss genau diese Adresse registrieren lassen.',
      request_expired:
        'Diese Anmeldung ist schon abgeschlossen, abgelaufen oder wurde in einem anderen Browser begonnen. Öffnen Sie die Anwendung noch einmal.',
      invalid_request:
        'Die Anwendung hat eine Anfrage gesendet, die dieser Server nicht annehmen kann. Den Grund findet ihr Betreiber im Protokoll dieses Servers.',
      failed_here:
        'Auf diesem Server ist etwas schiefgegangen. Versuchen Sie es später noch einmal, oder wenden Sie sich an den Administrator.',
      invalid_sign_out:
        'Die Anwendung wollte Sie mit einer Anfrage abmelden, die dieser Server nicht annehmen kann. Sie sind hier weiter angemeldet. Der Betreiber der Anwendung muss die registrierte Adresse prüfen.',
    },
  },

  signOut: {
    title: 'Abmelden?',
    both: (name, site) => `${name} möchte Sie abmelden. Damit melden Sie sich bei ${name} und ${site} ab.`,
    here: site => `Damit melden Sie sich bei ${site} ab.`,
    stay: 'Angemeldet bleiben',
  },

  device: {
    title: 'Gerät verbinden',
    lead: 'Geben Sie den Code ein, den Ihr Gerät anzeigt.',
    compare: 'Prüfen Sie, ob Ihr Gerät diesen Code anzeigt.',
    code: 'Code',
    codeHint: 'Acht Buchstaben, zum Beispiel BCDF-GHJK.',
    submit: 'Weiter',
    confirmTitle: name => `Auf einem Gerät bei ${name} anmelden?`,
    warning:
      'Fahren Sie nur fort, wenn Sie das selbst auf einem Gerät begonnen haben, das Sie vor sich haben. Wenn Ihnen jemand den Code oder den Link geschickt hat, lehnen Sie ab: Sonst bekommt diese Person Zugriff auf Ihr Konto.',
    from: (code, device, address) => `Code ${code}, angefragt von ${device} an der Adresse ${address}.`,
    allow: 'Dieses Gerät zulassen',
    decided: {
      allow: 'Das Gerät ist angemeldet. Sie können diese Seite schließen.',
      deny: 'Das Gerät wurde abgelehnt. Es hat keine Daten erhalten.',
    },
  },

  register: {
    title: 'Konto erstellen',
    username: 'Benutzername (freiwillig)',
    usernameHint: 'Ein kurzer Name zum Anmelden.',
    invitedHint: 'Die Adresse, an die die Einladung ging.',
    submit: 'Konto erstellen',
    have: 'Haben Sie schon ein Konto?',
    doneTitle: 'Konto erstellt',
    done: email => `Wir haben einen Link an ${email} gesendet. Öffnen Sie ihn, um Ihre E-Mail-Adresse zu bestätigen.`,
    checkTitle: 'Prüfen Sie Ihre E-Mails',
    check: email =>
      `Wir haben eine E-Mail an ${email} gesendet. Öffnen Sie den Link darin in diesem Browser, um fortzufahren.`,
    ready: 'Sie können sich jetzt anmelden.',
    closed: 'Die Registrierung ist geschlossen. Bitten Sie einen Administrator um ein Konto.',
    needsInvitation:
      'Die Registrierung ist nur mit Einladung möglich. Öffnen Sie den vollständigen Link Ihrer Einladung.',
  },

  setup: {
    title: 'Ersten Administrator anlegen',
    lead: 'Dieses Konto darf auf diesem Server alles.',
    noLink:
      'Öffnen Sie den vollständigen Link, den der Server beim Start ausgegeben hat. Einen neuen gibt dieser Befehl auf dem Server aus:',
    dead: 'Dieser Link wurde schon benutzt oder ist abgelaufen. Einen neuen gibt dieser Befehl auf dem Server aus:',
    alreadySetUp: 'Dieser Server hat schon einen Administrator. Einen weiteren legt dieser Befehl auf dem Server an:',
    submit: 'Administrator anlegen',
    done: (name, email) => `${name} ist jetzt Administrator und kann sich als ${email} anmelden.`,
  },

  links: {
    noSecret: 'Dieser Link ist unvollständig. Öffnen Sie ihn noch einmal aus der E-Mail.',
    verifyEmail: {
      title: 'E-Mail-Adresse bestätigen',
      lead: 'Bestätigen Sie, dass diese E-Mail-Adresse Ihnen gehört.',
      submit: 'Adresse bestätigen',
      done: 'Ihre E-Mail-Adresse ist bestätigt.',
    },
    confirmEmail: {
      title: 'Neue E-Mail-Adresse bestätigen',
      lead: 'Damit ändern Sie die E-Mail-Adresse Ihres Kontos und werden überall abgemeldet. Melden Sie sich dann mit der neuen an.',
      submit: 'Adresse ändern',
      done: 'Ihre E-Mail-Adresse wurde geändert. Melden Sie sich mit der neuen an.',
    },
    undoEmailChange: {
      title: 'Alte E-Mail-Adresse behalten',
      lead: 'Damit nehmen Sie die Änderung zurück und melden alle ab. An die alte Adresse senden wir einen Link für ein neues Passwort.',
      submit: 'Änderung zurücknehmen',
      done: 'Ihr Konto hat wieder die alte Adresse. Wir haben Ihnen einen Link für ein neues Passwort gesendet.',
    },
    notMe: {
      title: 'Das waren nicht Sie?',
      lead: 'Nutzen Sie dies, wenn die E-Mail etwas meldet, das Sie nicht getan haben. Alle werden abgemeldet, alle Tokens widerrufen, und das Passwort gilt nicht mehr. Wir senden Ihnen einen Link für ein neues.',
      submit: 'Das war ich nicht: überall abmelden',
      done: 'Alle wurden abgemeldet. Wir haben Ihnen einen Link für ein neues Passwort gesendet.',
    },
  },

  forgot: {
    title: 'Passwort vergessen?',
    lead: 'Wir senden an die E-Mail-Adresse Ihres Kontos einen Link für ein neues Passwort. Er gilt 30 Minuten.',
    submit: 'Link senden',
    done: email =>
      `Wenn es zu ${email} ein Konto gibt, haben wir einen Link gesendet. Bis Sie ihn benutzen, ändert sich nichts.`,
    back: 'Zurück zur Anmeldung',
  },

  reset: {
    title: 'Neues Passwort',
    lead: 'Damit werden Sie überall abgemeldet, und alle API-Tokens werden widerrufen.',
    submit: 'Passwort speichern',
    done: 'Ihr Passwort wurde geändert. Melden Sie sich mit dem neuen an.',
  },

  prove: {
    title: 'Bitte bestätigen Sie Ihre Identität',
    lead: 'Melden Sie sich zu Ihrer Sicherheit noch einmal an.',
    noWay: 'Dieses Konto hat nichts zum Bestätigen. Melden Sie sich ab und wieder an.',
    submit: 'Weiter',
    password: 'Passwort verwenden',
    email: 'Code per E-Mail erhalten',
    sendCode: 'Code per E-Mail senden',
    code: 'Authenticator-App verwenden',
    passkey: 'Passkey verwenden',
    recoveryCode: 'Wiederherstellungscode verwenden',
    provider: 'Verknüpftes Konto verwenden',
    providerLead: 'Sie verlassen diese Seite und kommen zurück, wenn Sie sich dort angemeldet haben.',
    withProvider: label => `Mit ${label} bestätigen`,
    done: 'Ihre Identität ist bestätigt. Wiederholen Sie jetzt, was Sie tun wollten.',
  },

  leaving: {
    stay: 'Bleiben',
    page: {
      title: 'Ohne Speichern verlassen?',
      effect:
        'Sie haben nicht gespeichert, was nur einmal angezeigt wird. Sie finden es hier wieder, bis Sie sich abmelden oder diesen Tab schließen.',
      action: 'Verlassen',
    },
    session: {
      title: 'Ohne Speichern abmelden?',
      effect: 'Wiederherstellungscodes oder ein Token, die Sie nicht gespeichert haben, gehen beim Abmelden verloren.',
      action: 'Abmelden',
    },
  },
}
