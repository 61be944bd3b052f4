import { api } from '@bruecke/contract';
import { useAct } from '../../api/query.tsx';
import { saveFile } from '../../api/saveFile.ts';
import { useTexts } from '../../i18n/I18n.tsx';
import { Button } from '../../ui/Button.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { toast } from '../../ui/Toast.tsx';

/** Creates a Verbindungsdatei and hands it to the browser. It is shown once: the server keeps only a hash of its code. */
export function CreateFile({ firmId }: { firmId: string }) {
  const { setUp } = useTexts().connectors;
  const create = useAct(api.connectors.createFile, {
    stale: [api.connectors.list],
    onDone: (file) => {
      saveFile(file);
      toast({ tone: 'ok', text: setUp.created });
    },
  });
  return (
    <div className="stack-tight">
      <h3>{setUp.file}</h3>
      <p className="quiet">{setUp.fileText}</p>
      <div>
        <Button icon="key" isPending={create.isPending} onPress={() => create.mutate({ params: { firmId } })}>
          {setUp.create}
        </Button>
      </div>
      {create.error && <ProblemBanner error={create.error} />}
    </div>
  );
}
