import { useMutation } from '@tanstack/react-query';
import { errorWords } from '../../api/problem.ts';
import { saveFile } from '../../api/saveFile.ts';
import { useI18n } from '../../i18n/I18n.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { MenuButton, MenuItem } from '../../ui/Menu.tsx';
import { toast } from '../../ui/Toast.tsx';

const formats = ['csv', 'xlsx', 'pdf'] as const;
export type ExportFormat = (typeof formats)[number];

/** What is on the page as a file; `load` asks for it under the filter of the page. */
export function ExportMenu({ load }: { load: (format: ExportFormat) => Promise<File> }) {
  const { texts, language } = useI18n();
  const { download } = texts.figures;
  const act = useMutation({
    mutationFn: load,
    onSuccess: (file) => {
      saveFile(file);
      toast({ tone: 'ok', text: download.done(file.name) });
    },
    onError: (error) => {
      const { what, next } = errorWords(error, language, texts);
      toast({ tone: 'bad', text: [what, next].filter(Boolean).join(' ') });
    },
  });
  return (
    <MenuButton
      label={download.label}
      className="button button-secondary"
      items={formats.map((format) => (
        <MenuItem key={format} icon="download" note={download.note[format]} onAction={() => act.mutate(format)}>
          {download.formats[format]}
        </MenuItem>
      ))}
    >
      <Icon name="download" size={17} />
      <span className="export-word">{act.isPending ? texts.basics.pending : download.label}</span>
    </MenuButton>
  );
}
