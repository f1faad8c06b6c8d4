import { useState } from 'preact/hooks'
import { ActionButton, useAction } from '../parts/action.tsx'
import { Badge } from '../parts/badge.tsx'
import { demandConfirmation } from '../parts/confirm.tsx'
import { CopyButton } from '../parts/copy.tsx'
import { Done, Failure, Loading } from '../parts/feedback.tsx'
import { Page } from '../parts/page.tsx'
import { useLoad } from '../parts/use-load.ts'
import { navigate, place } from '../router.ts'
import { showTime } from '../text/text.ts'
import { admin, sendAdmin } from './api.ts'
import { ClientForm } from './client-form.tsx'
import { ClientSecrets } from './client-secrets.tsx'
import { useMay } from './permissions.ts'
import { t } from './text.ts'
import type { Client } from './types.ts'

export function ClientDetail() {
  const id = place.get().params.id ?? ''
  const path = `/api/v1/clients/${id}`
  const { data, problem, reload } = useLoad(() => sendAdmin<Client>({ method: 'GET', path }), [path])
  const mayWrite = useMay('clients:write')
  if (!data) return problem ? <Failure problem={problem} retry={reload} /> : <Loading />
  const client = data.answer
  return (
    <>
      <p class="back">
        <a href="/admin/clients">← {t.clients.all}</a>
      </p>
      <Page title={client.name} width="wide" beside={client.disabled && <Badge tone="bad">{t.admin.disabled}</Badge>}>
        <section>
          <dl>
            <dt>{t.clients.id}</dt>
            <dd class="long">
              <code>{client.id}</code> <CopyButton value={client.id} />
            </dd>
            <dt>{t.clients.authMethod}</dt>
            <dd>{client.authMethod}</dd>
            <dt>{t.admin.since}</dt>
            <dd>{showTime(client.createdAt)}</dd>
          </dl>
          {mayWrite && <ClientForm client={client} tag={data.headers.get('ETag') ?? ''} onSaved={reload} />}
        </section>
        {client.authMethod.startsWith('client_secret') && <ClientSecrets clientId={id} path={path} />}
        {mayWrite && <Measures client={client} path={path} onChanged={reload} />}
      </Page>
    </>
  )
}

type MeasuresProps = { client: Client; path: string; onChanged: () => void }

function Measures({ client: { name, disabled }, path, onChanged }: MeasuresProps) {
  const action = useAction()
  const [said, setSaid] = useState<string>()
  async function setDisabled(wanted: boolean) {
    if (wanted)
      await demandConfirmation({
        title: t.admin.confirm.disable(name),
        effect: t.clients.disableEffect,
        action: t.admin.disable,
      })
    await sendAdmin({ method: 'PATCH', path, body: { disabled: wanted }, headers: { 'If-Match': '*' } })
    setSaid(wanted ? t.clients.disableDone : t.clients.enableDone)
    onChanged()
  }
  async function remove() {
    await demandConfirmation({
      title: t.admin.removeTitle(name),
      effect: t.clients.removeEffect,
      action: t.admin.remove,
    })
    await admin('DELETE', path)
    navigate('/admin/clients', 'replace')
  }
  return (
    <section>
      <h2>{t.admin.dangerZone}</h2>
      {said && <Done>{said}</Done>}
      <Failure problem={action.problem} />
      <div class="actions">
        <ActionButton action={action} act={() => setDisabled(!disabled)} kind={disabled ? 'outline' : 'outline danger'}>
          {disabled ? t.admin.enable : t.admin.disable}
        </ActionButton>
        <ActionButton action={action} act={remove} kind="outline danger">
          {t.admin.remove}
        </ActionButton>
      </div>
    </section>
  )
}
