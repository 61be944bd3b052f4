import { useState } from 'react';
import { Banner } from '../ui/Banner.tsx';
import { Button, IconButton } from '../ui/Button.tsx';
import { Card, DefinitionGrid } from '../ui/Card.tsx';
import { Checkbox } from '../ui/Checkbox.tsx';
import { ConfirmDialog } from '../ui/Dialog.tsx';
import { KeyHint } from '../ui/KeyHint.tsx';
import { MenuButton, MenuItem, MenuSeparator } from '../ui/Menu.tsx';
import { ProgressBar } from '../ui/Progress.tsx';
import { SearchField } from '../ui/SearchField.tsx';
import { ComboBox, Select } from '../ui/Select.tsx';
import { StateBadge } from '../ui/StateBadge.tsx';
import { EmptyState, ErrorState, NoRightState, Skeleton } from '../ui/States.tsx';
import { Switch } from '../ui/Switch.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import { PasswordField, TextField } from '../ui/TextField.tsx';
import { toast } from '../ui/Toast.tsx';
import './gallery.css';

const months = [
  { value: '2026-08', label: 'August 2026' },
  { value: '2026-09', label: 'September 2026', note: '12 Belege' },
];

/** Every building block on one page, to look at in light, dark, narrow and wide. */
export function Gallery() {
  const [on, setOn] = useState(true);
  const [open, setOpen] = useState(false);
  const [month, setMonth] = useState<string | null>('2026-08');
  const [text, setText] = useState('');
  return (
    <main className="gallery">
      <h1>Bausteine</h1>
      <div className="row">
        <Button kind="primary" icon="upload">
          Belege einreichen
        </Button>
        <Button>Testen</Button>
        <Button kind="danger" onPress={() => setOpen(true)}>
          Trennen …
        </Button>
        <Button kind="quiet">Verlauf</Button>
        <Button isDisabled>Gesperrt</Button>
        <IconButton icon="download" label="Quittung herunterladen" />
        <MenuButton
          label="Mehr"
          items={
            <>
              <MenuItem icon="pen">Bearbeiten</MenuItem>
              <MenuItem icon="people">Betreuungszuordnung</MenuItem>
              <MenuItem icon="link" note="läuft in 14 Tagen ab">
                Verbindungen
              </MenuItem>
              <MenuSeparator />
              <MenuItem icon="trash" danger>
                Entfernen
              </MenuItem>
            </>
          }
        />
        <Button onPress={() => toast({ tone: 'ok', text: '3 Belege übertragen', undo: () => {} })}>Meldung</Button>
        <KeyHint>Esc</KeyHint>
      </div>
      <div className="row">
        <StateBadge tone="ok">Verbunden</StateBadge>
        <StateBadge tone="warn">Läuft bald ab</StateBadge>
        <StateBadge tone="bad">Neu anmelden</StateBadge>
        <StateBadge tone="wait" icon="pause">
          Angehalten
        </StateBadge>
        <StateBadge tone="wait">Nicht eingerichtet</StateBadge>
        <StateBadge tone="wait" icon="clock" plain>
          Wartet
        </StateBadge>
      </div>
      <Banner
        tone="warn"
        title="Die DATEV-Freigabe läuft in 14 Tagen ab."
        actions={<Button kind="primary">Jetzt erneuern</Button>}
      >
        Erneuern kann sie Petra Lang oder ihre Vertretung Jonas Weiß.
      </Banner>
      <Banner tone="bad" title="DATEV antwortet nicht.">
        Belege warten sicher hier und gehen von selbst weiter.
      </Banner>
      <Banner tone="wait" title="Demo.">
        Hier antwortet die DATEV-Sandbox, nicht DATEV.
      </Banner>
      <Card
        title="DATEV Belegbilderservice"
        aka="früher DATEVconnect online"
        description="Leitet Belege und Belegbilder nach DATEV Unternehmen online weiter."
        aside={
          <>
            <StateBadge tone="warn">Verbunden, läuft bald ab</StateBadge>
            <Switch label="Belegbilderservice für diesen Mandanten" isSelected={on} onChange={setOn} />
          </>
        }
        foot="Letzte Prüfung heute 09:31: erfolgreich"
        actions={
          <>
            <Button>Testen</Button>
            <Button>Verlauf</Button>
          </>
        }
      >
        <DefinitionGrid
          items={[
            { term: 'Verbunden durch', value: 'Petra Lang (SmartLogin)' },
            { term: 'Seit', value: '09.12.2024' },
            { term: 'Gültig bis', value: '07.12.2026 16:40' },
            { term: 'Zuletzt übertragen', value: 'heute 09:31' },
            { term: 'Wartend', value: '3' },
            { term: 'Rückfrage', value: '1' },
            { term: 'Fehler', value: '0' },
            { term: 'Vertretung', value: 'Jonas Weiß' },
          ]}
        />
      </Card>
      <div className="gallery-fields">
        <TextField label="Name des Mandanten" defaultValue="Bäckerei Anton Huber GmbH" />
        <TextField
          label="Mandantennummer"
          error="Eine Zahl von 1 bis 99999."
          defaultValue="0"
          hint="Wie in DATEV, 1 bis 5 Ziffern"
        />
        <PasswordField label="Passwort" defaultValue="geheim" />
        <Select label="Monat" options={months} value={month} onChange={setMonth} />
        <ComboBox label="Mandant" options={months} value={month} onChange={setMonth} />
        <SearchField label="Belege durchsuchen" value={text} onChange={setText} />
        <TextField label="Notiz" multiline isRequired={false} />
        <div className="stack-tight">
          <Checkbox defaultSelected>Darf Verbindungen einrichten</Checkbox>
          <Checkbox isIndeterminate>Alle</Checkbox>
          <Switch defaultSelected={false}>Handakte sichern</Switch>
        </div>
      </div>
      <ProgressBar label="rechnung-0815.pdf" share={0.62} />
      <ProgressBar label="Prüfung läuft" share={null} />
      <Tabs
        label="Beleg"
        items={[
          { id: 'a', label: 'Angaben', content: <Skeleton /> },
          { id: 'b', label: 'Übertragung', content: 'Übertragung' },
          { id: 'c', label: 'Verlauf', content: 'Verlauf' },
        ]}
      />
      <EmptyState icon="voucher" title="Noch keine Belege" actions={<Button kind="primary">Belege einreichen</Button>}>
        Ziehen Sie Dateien hierher oder fotografieren Sie einen Beleg.
      </EmptyState>
      <ErrorState
        words={{
          what: 'DATEV antwortet gerade nicht.',
          next: 'In ein paar Minuten noch einmal versuchen.',
          who: 'ein Kanzlei-Admin',
          reference: 'b7c1-22',
        }}
        actions={<Button>Noch einmal versuchen</Button>}
      />
      <NoRightState />
      <ConfirmDialog
        title="Kanzleiverbindung trennen"
        isOpen={open}
        onClose={() => setOpen(false)}
        onConfirm={() => setOpen(false)}
        confirm="Jetzt trennen"
        danger
        typed="Bäckerei Anton Huber GmbH"
      >
        <p>Die Kanzlei verliert sofort jeden Zugriff. Der Mandant behält alles.</p>
      </ConfirmDialog>
    </main>
  );
}
