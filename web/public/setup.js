const form = document.querySelector('#setup')
const status = document.querySelector('#status')
const noLink = document.querySelector('#no-link')
const alert = document.querySelector('#alert')
const { password } = form.elements
const reveal = document.querySelector('#reveal')

// The secret stays in the fragment, which the browser sends to nobody.
const secret = () => location.hash.slice(1)

// The server's rules count, and what it says about them stays on the page.
form.noValidate = true
form.addEventListener('submit', submit)
reveal.addEventListener('change', showOrHide)
// A link that is opened in the tab of this page loads nothing anew.
addEventListener('hashchange', start)
start()

function start() {
  form.hidden = !secret()
  noLink.hidden = !form.hidden
}

function showOrHide() {
  password.type = reveal.checked ? 'text' : 'password'
}

async function submit(event) {
  event.preventDefault()
  if (form.ariaBusy) return
  form.ariaBusy = 'true'
  clearErrors()
  const answer = await send({ ...Object.fromEntries(new FormData(form)), token: secret() })
  form.ariaBusy = null
  if (answer.ok) showDone(answer.body)
  else showErrors(answer.body)
}

/** The answer's status and JSON; a server that does not answer, or not in JSON, is a problem like any other. */
async function send(body) {
  try {
    const response = await fetch('/auth/setup', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { ok: response.ok, body: await response.json() }
  } catch {
    return { ok: false, body: { detail: 'The server does not answer. Try again.' } }
  }
}

function showDone({ name, email }) {
  history.replaceState(null, '', '/setup')
  form.remove()
  status.textContent = `${name} is the administrator now and can sign in as ${email}.`
  status.focus()
}

function clearErrors() {
  for (const each of form.querySelectorAll('.error')) each.textContent = ''
  for (const each of form.querySelectorAll('[aria-invalid]')) each.removeAttribute('aria-invalid')
}

/** Says beside each field what is wrong with it, and in one place what concerns none. */
function showErrors({ detail, errors = [] }) {
  const fields = errors.map(({ pointer, detail }) => ({ field: form.elements[pointer.slice('#/'.length)], detail }))
  if (fields.length === 0 || fields.some(({ field }) => !field)) return showAlert(detail)
  for (const { field, detail } of fields) markField(field, detail)
  showAlert('Nothing was saved yet. Correct what is marked above.')
  form.querySelector('[aria-invalid]').focus()
}

function markField(field, detail) {
  field.ariaInvalid = 'true'
  const message = document.querySelector(`#${field.name}-error`)
  message.textContent = `${message.textContent} ${detail}`.trim()
}

/** The server sets commands in backticks. */
function showAlert(text) {
  const parts = text.split('`').map((part, at) => (at % 2 === 0 ? part : asCode(part)))
  alert.replaceChildren(...parts)
}

function asCode(text) {
  const code = document.createElement('code')
  code.textContent = text
  return code
}
