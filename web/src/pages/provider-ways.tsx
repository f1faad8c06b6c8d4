import { useId } from 'preact/hooks'
import { Badge } from '../parts/badge.tsx'
import { addressOf, lastUsed, markUsed } from '../providers.ts'
import { place } from '../router.ts'
import { type Provider, site } from '../site.ts'
import { t } from '../text/text.ts'
import { destinationOf } from './use-sign-in.ts'

type Remember = { current: boolean }

/** A link to each provider that this server lets people sign in with. */
export function ProviderWays({ remember }: { remember: Remember }) {
  return (
    <>
      {site.providers.map(provider =>
        provider.available ? (
          <ProviderLink key={provider.name} provider={provider} remember={remember} />
        ) : (
          <Unavailable key={provider.name} provider={provider} />
        ),
      )}
    </>
  )
}

function ProviderLink({ provider, remember }: { provider: Provider; remember: Remember }) {
  const { name, label } = provider
  const address = () => addressOf(provider, destinationOf(place.get().query), remember.current)
  return (
    <a
      class="button outline"
      href={address()}
      onClick={({ currentTarget }) => {
        markUsed(name)
        currentTarget.href = address()
      }}
    >
      {t.providers.continueWith(label)} {lastUsed() === name && <Badge tone="accent">{t.providers.lastUsed}</Badge>}
    </a>
  )
}

function Unavailable({ provider: { label } }: { provider: Provider }) {
  const why = useId()
  return (
    <>
      <button type="button" class="outline" aria-disabled="true" aria-describedby={why}>
        {t.providers.continueWith(label)}
      </button>
      <small id={why} class="hint">
        {t.providers.notAvailable}
      </small>
    </>
  )
}
