import { type ReactNode, useState } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components/Modal';
import { useTexts } from '../i18n/I18n.tsx';
import { Button, IconButton } from './Button.tsx';
import { TextField } from './TextField.tsx';
import './dialog.css';

type DialogProps = {
  title: string;
  isOpen: boolean;
  /** Left out where only what stands in it leads on. */
  onClose?: () => void;
  /** What lies behind can't be read. */
  hides?: boolean;
  /** 'alertdialog' for a question that must be answered. */
  role?: 'dialog' | 'alertdialog';
  size?: 'normal' | 'wide';
  children: ReactNode;
  actions?: ReactNode;
};

/** Modal; on phones it becomes a sheet from below. Esc and the × close it. */
export function Dialog(props: DialogProps) {
  const { title, isOpen, onClose, hides = false, role = 'dialog', size = 'normal', children, actions } = props;
  const { basics } = useTexts();
  return (
    <ModalOverlay
      className={hides ? 'veil veil-dense' : 'veil'}
      isOpen={isOpen}
      isDismissable={role === 'dialog' && onClose !== undefined}
      isKeyboardDismissDisabled={onClose === undefined}
      onOpenChange={(open) => {
        if (!open) onClose?.();
      }}
    >
      <Modal className={`dialog-box dialog-${size}`}>
        <AriaDialog className="dialog" role={role}>
          <header className="dialog-head">
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            {onClose && <IconButton icon="close" label={basics.close} onPress={onClose} />}
          </header>
          <div className="dialog-body">{children}</div>
          {actions && <footer className="dialog-actions">{actions}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

type ConfirmProps = {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  onConfirm: () => void;
  /** The verb, never "OK". */
  confirm: string;
  cancel?: string;
  danger?: boolean;
  isPending?: boolean;
  /** Something else is still missing. */
  isDisabled?: boolean;
  /** When set, exactly this has to be typed before the button works. */
  typed?: string;
  children: ReactNode;
};

/** A question with two answers; with `typed` the confirmation by typing that deleting and cutting need. */
export function ConfirmDialog(props: ConfirmProps) {
  const { basics } = useTexts();
  const [entry, setEntry] = useState('');
  const matches = props.typed === undefined || entry.trim() === props.typed.trim();
  const close = () => {
    setEntry('');
    props.onClose();
  };
  const confirm = () => {
    if (!matches) return;
    setEntry('');
    props.onConfirm();
  };
  return (
    <Dialog
      title={props.title}
      isOpen={props.isOpen}
      onClose={close}
      role="alertdialog"
      actions={
        <>
          <Button onPress={close}>{props.cancel ?? basics.cancel}</Button>
          <Button
            kind={props.danger ? 'danger' : 'primary'}
            isDisabled={!matches || (props.isDisabled ?? false)}
            isPending={props.isPending ?? false}
            onPress={confirm}
          >
            {props.confirm}
          </Button>
        </>
      }
    >
      <div className="stack">
        {props.children}
        {props.typed !== undefined && (
          <TextField
            label={basics.typeToConfirm(props.typed)}
            value={entry}
            onChange={setEntry}
            onEnter={confirm}
            autoComplete="off"
            {...(entry !== '' && !matches ? { hint: basics.typedWrong } : {})}
          />
        )}
      </div>
    </Dialog>
  );
}
