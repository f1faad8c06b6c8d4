const form = document.querySelector('#setup')
const status = document.querySelector('#status')
const error = document.querySelector('#error')

// The secret stays in the fragment, which the browser sends to nobody.
const token = location.hash.slice(1)
if (!token)
  status.textContent =
    'Open the whole link that the server printed at its first start, or make a new one: npm run latchkey -- setup-link'

form.addEventListener('submit', async event => {
  event.preventDefault()
  error.textContent = ''
  const answer = await fetch('/auth/setup', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...Object.fromEntries(new FormData(form)), token }),
  }).catch(() => undefined)
  if (answer?.ok) return showDone(await answer.json())
  const problem = await answer?.json().catch(() => undefined)
  error.textContent =
    problem?.errors?.map(each => each.detail).join(' ') ?? problem?.detail ?? 'The server does not answer. Try again.'
  error.focus()
})

function showDone(user) {
  form.remove()
  history.replaceState(null, '', '/setup')
  status.textContent = `${user.name} is the administrator now and can sign in as ${user.email}.`
}
