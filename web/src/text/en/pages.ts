/** The server says some of these itself, in English. */
type ByFieldProblem = Record<string, string | undefined>

/** At the start of a sentence. */
const upper = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

/** The words of every page outside /account and /admin, and what they share with those. */
export const text = {
  retryIn: (seconds: number) =>
    seconds < 90 ? `Try again in ${seconds} seconds.` : `Try again in ${Math.ceil(seconds / 60)} minutes.`,

  problems: {
    no_answer: 'The server is not responding. Check your connection and try again.',
    page_failed: 'Something went wrong on this page. Reload it.',
    invalid_credentials: 'Wrong email or password.',
    invalid_code: 'That code didn’t work. Use the newest one.',
    invalid_link: 'This link was used, has expired or was replaced by a newer one. Request a new one.',
    other_browser:
      'This link was opened in another browser. Enter the code from the email in the browser where you started, or open the link there.',
    sign_in_way_disabled: 'This way to sign in is not available here.',
    authentication_required: 'You are signed out. Sign in again.',
    second_factor_required: 'Finish signing in with your second step.',
    second_factor_enrolment_required: 'Set up two-step verification first.',
    review_required: 'Check your ways to sign in first.',
    registration_closed: 'Registration is closed. Ask an administrator for an account.',
    invalid_invitation: 'This invitation was used, has expired or is for another email. Ask for a new one.',
    account_exists: 'An account with this email or username already exists.',
    role_exists: 'A role with this name already exists.',
    client_exists: 'A client with this ID or this resource already exists.',
    last_administrator: 'This would leave no enabled administrator. Give someone else the admin role first.',
    too_many_requests: 'Too many attempts.',
    precondition_failed: 'Someone else changed this in the meantime. Reload the page.',
    conflict: 'Someone else changed this at the same moment. Try again.',
    factor_exists: 'You have already added this.',
    too_many_tokens: 'You have reached the limit for tokens. Revoke one first.',
    service_unavailable: 'The server is busy or cannot reach its database.',
    internal_error: 'Something went wrong on the server.',
    forbidden: 'You don’t have permission to do this.',
    not_found: 'This no longer exists.',
    validation_failed: 'Check the marked fields.',
    wrong_password: 'Wrong password.',
    passkey_refused: 'Passkey sign-in was canceled. Try again or use your password.',
    second_passkey_refused: 'The passkey was not used. Try again or use a code.',
    passkey_not_created: 'No passkey was created. Try again.',
    passkey_exists: 'This device already has a passkey for your account.',
    provider_refused: 'The provider didn’t confirm the sign-in.',
    provider_unavailable: 'The provider is not available right now. Try again later.',
    identity_taken: 'This account is already linked to another account here.',
    too_many_identities: 'You have reached the limit for linked accounts. Unlink one first.',
    last_way_in: 'You couldn’t sign in anymore. Set a password or add a passkey first.',
    user_code_unknown: 'No device is waiting for this code. Check it, or start again on the device.',
    payload_too_large: 'This text is too long.',
  },

  fieldProblems: {
    missing: 'Fill in this field.',
    wrong_password: 'Wrong password.',
    common: 'This password is too common.',
    no_json: 'This is not JSON.',
  } as ByFieldProblem,

  /** What to say about an empty field, by its name. */
  missing: {
    name: 'Enter a name.',
    email: 'Enter your email.',
    newEmail: 'Enter the new email.',
    identifier: 'Enter your email or username.',
    password: 'Enter a password.',
    currentPassword: 'Enter your current password.',
    newPassword: 'Enter a new password.',
    code: 'Enter the code.',
    userCode: 'Enter the code from your device.',
    recoveryCode: 'Enter a recovery code.',
  },

  /** Why a session is over. */
  reasons: {
    'signed-out-elsewhere': 'You were signed out from another device.',
    idle: 'You were signed out because you were inactive.',
    expired: 'Your session has expired. Sign in again.',
    'password-changed': 'The password was changed. Sign in with the new one.',
    'email-changed': 'The email was changed. Sign in with the new one.',
    'factor-changed': 'Your two-step verification was changed. Sign in again.',
    reported: 'Someone reported a sign-in they didn’t recognize, so everyone was signed out.',
    disabled: 'You were signed out.',
    replaced: 'You signed in again in another tab.',
    admin: 'An administrator signed you out.',
    restored: 'The server was restored from a backup. Sign in again.',
    'provider-signed-out': 'You signed out at the provider, so you were signed out here too.',
    'too-many-attempts': 'Too many wrong codes. Start again with your password.',
  },

  review: {
    title: 'Check your ways to sign in',
    lead: 'Your account was recovered. Check which ways to sign in are yours before you go on.',
    legend: 'Select what you added yourself',
    rest: 'What you do not select is removed.',
    submit: 'Continue',
    added: (day: string) => `added on ${day}`,
    identity: (label: string, account: string) => `${label} account ${account}`,
    names: { totp: 'Authenticator app', 'recovery-codes': 'Recovery codes' },
  },

  common: {
    skip: 'Skip to content',
    language: 'Language',
    signIn: 'Sign in',
    signOut: 'Sign out',
    account: 'My account',
    userMenu: 'Account menu:',
    administration: 'Administration',
    startPage: 'Start page',
    loading: 'Loading …',
    tryAgain: 'Try again',
    save: 'Save',
    saved: 'Saved.',
    cancel: 'Cancel',
    copy: 'Copy',
    copied: 'Copied',
    download: 'Download',
    print: 'Print',
    remove: 'Remove',
    more: 'Show more',
    never: 'never',
    unknown: 'unknown',
    name: 'Name',
    email: 'Email',
    password: 'Password',
    newPassword: 'New password',
    showPassword: 'Show password',
    hidePassword: 'Hide password',
    /** Of a password, by its score. */
    strength: ['Very weak', 'Weak', 'Fair', 'Good', 'Strong'],
    capsLock: 'Caps Lock is on.',
    passwordRules: 'At least 15 characters. A short sentence works well.',
    savedThem: 'I’ve saved them',
    savedIt: 'I’ve saved it',
    options: 'Actions',
    footer: 'About this site',
    links: { terms: 'Terms', privacy: 'Privacy', help: 'Help' },
  },

  notFound: {
    title: 'Page not found',
    text: 'There is no page at this address. It may have moved, or the address may be mistyped.',
  },

  start: {
    title: (site: string) => `Welcome to ${site}`,
    signedInAs: (name: string) => `You are signed in as ${name}.`,
    register: 'Create account',
    developers: 'For developers',
    docs: 'API documentation',
    docsText: 'browse and try every route',
    openapi: 'OpenAPI document',
    openapiText: 'for code generators and other tools',
    health: 'Health',
    healthText: 'whether the server is running',
    ready: 'Readiness',
    readyText: 'whether the database is reachable and up to date',
  },

  signIn: {
    titleAt: (site: string) => `Sign in to ${site}`,
    identifier: 'Email or username',
    rememberMe: (days: number) => (days === 1 ? 'Stay signed in for a day' : `Stay signed in for ${days} days`),
    submit: 'Sign in',
    passkey: 'Sign in with a passkey',
    or: 'or',
    forgot: 'Forgot password?',
    lastUsed: 'Last used',
    change: 'Use another account',
    noAccount: 'New here?',
    register: 'Create an account',
    secondTitle: 'Two-step verification',
    second: 'Confirm that it is you.',
    code: '6-digit code',
    codeHint: 'From your authenticator app. A new one appears every 30 seconds.',
    recoveryCode: 'Recovery code',
    recoveryHint: 'One of the codes you saved when you set up two-step verification. Each works once.',
    secondPasskey: 'Use a passkey',
    useRecovery: 'Use a recovery code instead',
    useCode: 'Use the authenticator app instead',
    rememberDevice: 'Trust this browser for 30 days',
    confirm: 'Continue',
    back: 'Use another account',
  },

  byEmail: {
    lead: 'We’ll email you a link and a code. No password needed.',
    submit: 'Email me a link',
    sentTitle: 'Check your email',
    sent: (email: string) => `If ${email} has an account, an email is on its way. It can take a minute.`,
    code: '8-digit code',
    codeHint: 'From the newest email, or open its link in this browser. Both work for 10 minutes.',
    back: 'Use another email',
    usePassword: 'Use your password instead',
    linkLead: 'Sign in with the link from your email.',
  },

  resend: {
    hint: 'No email after a minute? Look in your spam folder.',
    again: 'Send another email',
    sent: 'Another email is on its way. The earlier one no longer works.',
  },

  /** Signing in with other login servers. */
  providers: {
    continueWith: (label: string) => `Continue with ${label}`,
    again: (label: string) => `Try again with ${label}`,
    notAvailable: 'Not available right now',
    theProvider: 'the provider',
    /** Why a sign-in failed, by the code in the address. */
    problems: {
      provider_cancelled: (label: string) => `You canceled at ${label}. Nothing has changed.`,
      provider_refused: (label: string) =>
        `Signing in with ${label} was refused. Try again, or use another way to sign in.`,
      provider_answer_unknown: (label: string) =>
        `This server wasn’t waiting for an answer from ${label}. Start again.`,
      provider_answer_foreign: (label: string) =>
        `This sign-in with ${label} was started in another browser or session. Start again in this one.`,
      provider_answer_used: (label: string) => `This answer from ${label} was already used. Start again.`,
      provider_answer_expired: (label: string) => `Signing in with ${label} took longer than ten minutes. Start again.`,
      provider_unavailable: (label: string) =>
        `${upper(label)} is not available right now. Try again later, or use another way to sign in.`,
      registration_closed: (label: string) =>
        `Your account at ${label} isn’t linked to an account here, and you can’t create one with it. Sign in another way, or ask an administrator for an account.`,
      identity_taken: (label: string) =>
        `Your account at ${label} is already linked to another account here. Sign in to that one to unlink it.`,
      too_many_identities: (_label: string) => 'You have reached the limit for linked accounts. Unlink one first.',
      too_many_requests: (_label: string) => 'Too many attempts. Wait a few minutes, then try again.',
    },
    /** Some providers never say when somebody signed in there, so a new proof fails and a new sign-in does not. */
    notConfirmed: (label: string) =>
      `${upper(label)} didn’t confirm that it’s you. Try again, or sign out here and sign in again.`,
    failed: (label: string) => `Signing in with ${label} didn’t work. Try again, or use another way to sign in.`,
    notLinked: (label: string, account: string) =>
      `Your ${label} account ${account} isn’t linked to an account here yet.`,
    signInToLink: 'An account here already uses this address. Sign in to it, and we link the two.',
    signInOrCreate: 'Create an account with it, or sign in to yours and we link the two.',
    linkTitle: 'Link account',
    linkQuestion: (label: string, account: string) => `Link ${label} account ${account} to your account?`,
    linkEffect: (label: string) => `You can then sign in with ${label}.`,
    linkSubmit: 'Link',
    notNow: 'Not now',
    linkExpired:
      'You can’t link this account anymore, because ten minutes have passed. Start again under Linked accounts.',
    toLinked: 'Show linked accounts',
    taken: (label: string) => `This ${label} account is already linked to another account here.`,
    otherAccount: (label: string) =>
      `You are signed in to a different account from the one that uses the address of this ${label} account. Sign in to that one to link the two.`,
    changeAccount: 'Sign in to the other account',
    signedOut: 'You are signed out here.',
    signOutToo: (label: string) => `Also sign out of ${label}`,
  },

  /** Other applications that sign their users in here. */
  authorize: {
    title: 'Sign in to an application',
    signedInAs: (identifier: string) => `Signed in as ${identifier}.`,
    consentTitle: (name: string) => `Allow ${name}?`,
    from: (host: string) =>
      `This application comes from ${host}. It chose its name itself; the administrators of this server don’t know it.`,
    wants: (name: string) => `${name} would like to:`,
    withdraw: 'You can withdraw this at any time in My account, under Applications.',
    allow: 'Allow',
    deny: 'Deny',
    prove: (name: string) => `${name} asks you to confirm that it’s you.`,
    proveSubmit: 'Confirm',
    enrolTitle: 'Two-step verification needed',
    enrol: (name: string) =>
      `${name} requires two-step verification. Set it up in your account, then open ${name} again.`,
    enrolSubmit: 'Set up two-step verification',
    noAccessTitle: 'No access',
    noAccess: (name: string) =>
      `Your account doesn’t have access to ${name}. If you need it, ask an administrator of this server.`,
    back: (name: string) => `Back to ${name}`,
    actAt: (name: string) => `Use ${name} on your behalf:`,
  },

  /** What an application may see and do, after “would like to:”. */
  scopes: {
    openid: 'Know who you are',
    profile: 'See your name and username',
    email: 'See your email address',
    groups: 'See your roles and permissions',
    offline_access: 'Keep access while you are away, until you sign out here',
  },

  /** Why an application could not be answered, by the code in the address. */
  applicationProblem: {
    title: 'Sign-in not possible',
    codes: {
      unknown_application:
        'This server doesn’t know the application, or an administrator disabled it. The operator of the application has to have it registered here.',
      redirect_uri_not_registered:
        'The application named a return address that is not registered here. Its operator has to register the exact address.',
      request_expired:
        'This sign-in was already finished, has expired or was started in another browser. Open the application again.',
      invalid_request:
        'The application sent a request that this server can’t accept. Its operator finds the reason in the log of this server.',
      failed_here: 'Something went wrong on this server. Try again later, or tell its administrator.',
      invalid_sign_out:
        'The application sent a sign-out request that this server can’t accept. You are still signed in here. The operator of the application has to check the registered address.',
    },
  },

  signOut: {
    title: 'Sign out?',
    both: (name: string, site: string) => `${name} asks to sign you out. This signs you out of ${name} and ${site}.`,
    here: (site: string) => `This signs you out of ${site}.`,
    stay: 'Stay signed in',
  },

  /** Signing in a device without a browser. */
  device: {
    title: 'Connect a device',
    lead: 'Enter the code that your device shows.',
    compare: 'Check that your device shows this code.',
    code: 'Code',
    codeHint: 'Eight letters, such as BCDF-GHJK.',
    submit: 'Continue',
    confirmTitle: (name: string) => `Sign in to ${name} on a device?`,
    warning:
      'Continue only if you started this yourself on a device in front of you. If someone sent you the code or the link, deny it: they would get access to your account.',
    from: (code: string, device: string, address: string) =>
      `Code ${code}, requested by ${device} at IP address ${address}.`,
    allow: 'Allow this device',
    decided: {
      allow: 'The device is signed in. You can close this page.',
      deny: 'The device was denied. Nothing was shared.',
    },
  },

  register: {
    title: 'Create account',
    username: 'Username (optional)',
    usernameHint: 'A short name to sign in with.',
    invitedHint: 'The email the invitation was sent to.',
    submit: 'Create account',
    have: 'Already have an account?',
    doneTitle: 'Account created',
    done: (email: string) => `We sent a link to ${email}. Open it to confirm your email.`,
    checkTitle: 'Check your email',
    check: (email: string) => `We sent an email to ${email}. Open its link in this browser to continue.`,
    ready: 'You can sign in now.',
    closed: 'Registration is closed. Ask an administrator for an account.',
    needsInvitation: 'Registration is by invitation only. Open the whole link of your invitation.',
  },

  setup: {
    title: 'Create the first administrator',
    lead: 'This account can do everything on this server.',
    noLink: 'Open the whole link that the server printed when it started. To print a new one, run this on the server:',
    dead: 'This link was used or has expired. To print a new one, run this on the server:',
    alreadySetUp: 'This server already has an administrator. To add another, run this on the server:',
    submit: 'Create administrator',
    done: (name: string, email: string) => `${name} is now the administrator and can sign in as ${email}.`,
  },

  links: {
    noSecret: 'This link is incomplete. Open it again from the email.',
    verifyEmail: {
      title: 'Confirm your email',
      lead: 'Confirm that this email address is yours.',
      submit: 'Confirm email',
      done: 'Your email is confirmed.',
    },
    confirmEmail: {
      title: 'Confirm your new email',
      lead: 'This changes the email of your account and signs you out everywhere. Then sign in with the new one.',
      submit: 'Change email',
      done: 'Your email was changed. Sign in with the new one.',
    },
    undoEmailChange: {
      title: 'Keep your old email',
      lead: 'This undoes the change and signs out everyone. We’ll email a link to set a new password to the old address.',
      submit: 'Undo the change',
      done: 'Your account has its old email again. We sent you a link to set a new password.',
    },
    notMe: {
      title: 'Wasn’t you?',
      lead: 'Use this if the email reports something you didn’t do. It signs out everyone, revokes all tokens and disables the password. We send you a link to set a new one.',
      submit: 'Sign out everyone and reset the password',
      done: 'Everyone was signed out. We sent you a link to set a new password.',
    },
  },

  forgot: {
    title: 'Forgot your password?',
    lead: 'We’ll email you a link to set a new password. It works for 30 minutes.',
    submit: 'Send link',
    done: (email: string) => `If ${email} has an account, we sent a link to it. Nothing changes until you use it.`,
    back: 'Back to sign in',
  },

  reset: {
    title: 'Set a new password',
    lead: 'This signs you out everywhere and revokes all API tokens.',
    submit: 'Save password',
    done: 'Your password was changed. Sign in with the new one.',
  },

  prove: {
    title: 'Confirm it’s you',
    lead: 'For your security, sign in again to continue.',
    noWay: 'This account has nothing to confirm with. Sign out, then sign in again.',
    submit: 'Continue',
    password: 'Use your password',
    email: 'Get a code by email',
    sendCode: 'Email me a code',
    code: 'Use the authenticator app',
    passkey: 'Use a passkey',
    recoveryCode: 'Use a recovery code',
    provider: 'Use a linked account',
    providerLead: 'You leave this page and come back when you have signed in there.',
    withProvider: (label: string) => `Confirm with ${label}`,
    done: 'Your identity is confirmed. Now repeat what you wanted to do.',
  },

  /** While something is open that is shown only once. */
  leaving: {
    stay: 'Stay',
    page: {
      title: 'Leave without saving?',
      effect:
        'You have not saved what is shown only once. You can come back to it until you sign out or close this tab.',
      action: 'Leave',
    },
    session: {
      title: 'Sign out without saving?',
      effect: 'Recovery codes or a token that you have not saved are lost when you sign out.',
      action: 'Sign out',
    },
  },
}
