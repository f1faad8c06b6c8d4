import { useId } from 'preact/hooks'
import { keepLastWay } from '../last-way.ts'
import { addressOf } from '../providers.ts'
import { place } from '../router.ts'
import { type Provider, site } from '../site.ts'
import { t } from '../text/text.ts'
import { LastUsed } from './last-used.tsx'
import { ProviderMark } from './provider-mark.tsx'
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
        keepLastWay(`provider:${name}`)
        currentTarget.href = address()
      }}
    >
      <ProviderMark name={name} />
      {t.providers.continueWith(label)} <LastUsed way={`provider:${name}`} />
    </a>
  )
}

function Unavailable({ provider: { name, label } }: { provider: Provider }) {
  const why = useId()
  return (
    <>
      <button type="button" class="outline" aria-disabled="true" aria-describedby={why}>
        <ProviderMark name={name} />
        {t.providers.continueWith(label)}
      </button>
      <small id={why} class="hint">
        {t.providers.notAvailable}
      </small>
    </>
  )
}
