import { DropdownMenu } from 'radix-ui'
import { useTranslation } from 'react-i18next'
import { useStudio } from '../edit/useStudio.tsx'
import type { SessionNode } from '../shared/server.ts'

interface NodeMenuProps {
  readonly node: SessionNode
  readonly label: string
  readonly isChosen: boolean
  readonly isTabStop: boolean
  readonly onNaming: () => void
  readonly onRemove: () => void
  readonly onDone: (() => void) | undefined
}

/** The menu of a node's actions, as an alternative to the keys. */
export function NodeMenu({ node, isChosen, isTabStop, onNaming, onRemove, onDone, label }: NodeMenuProps) {
  const { t } = useTranslation()
  const { compare, cancel, edit } = useStudio()
  const isOpen = node.edit?.state === 'waiting' || node.edit?.state === 'active'
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <button
          type="button"
          className="plain node-more"
          tabIndex={isTabStop ? 0 : -1}
          aria-label={t('history.more', { name: label })}
        >
          <span aria-hidden="true">⋯</span>
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Content
        className="menu"
        align="end"
        sideOffset={4}
        // The field of the new name gets the focus.
        onCloseAutoFocus={(event) => event.preventDefault()}
      >
        {!isChosen && node.picture && (
          <DropdownMenu.Item
            onSelect={() => {
              compare(node.id)
              onDone?.()
            }}
          >
            {t('history.compare')} <kbd>C</kbd>
          </DropdownMenu.Item>
        )}
        <DropdownMenu.Item onSelect={() => setTimeout(() => onNaming())}>
          {t('history.rename')} <kbd>F2</kbd>
        </DropdownMenu.Item>
        {node.edit && node.parent !== null && !isOpen && (
          <DropdownMenu.Item
            onSelect={() => {
              const { picture: _, ...task } = node.edit!.task
              void edit(node.parent!, [task])
              onDone?.()
            }}
          >
            {t('history.again')}
          </DropdownMenu.Item>
        )}
        {isOpen && (
          <DropdownMenu.Item onSelect={() => void cancel(node)}>{t('shared.cancel')}</DropdownMenu.Item>
        )}
        <DropdownMenu.Item onSelect={onRemove}>
          {t('history.remove')} <kbd>{t('history.deleteKey')}</kbd>
        </DropdownMenu.Item>
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  )
}
