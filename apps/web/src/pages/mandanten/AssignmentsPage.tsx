import { api } from '@bruecke/contract';
import { type AssignmentFunction, assignmentFunctions } from '@bruecke/model';
import { useParams } from '@tanstack/react-router';
import type { Answer } from '../../api/call.ts';
import { useAct, useAsk } from '../../api/query.tsx';
import { EditForm } from '../../forms/EditForm.tsx';
import { useForm } from '../../forms/useForm.ts';
import { useI18n } from '../../i18n/I18n.tsx';
import { Card } from '../../ui/Card.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { EmptyState } from '../../ui/States.tsx';
import { toast } from '../../ui/Toast.tsx';
import { MandantPageFrame } from './MandantHeader.tsx';
import './assignments.css';

type Assignments = Answer<typeof api.mandanten.listAssignments>;

/** Betreuungszuordnung: who of the firm looks after this Mandant, in which function. */
export function AssignmentsPage() {
  const { mandanten } = useI18n().texts;
  const { mandantId } = useParams({ from: '/shell/optionen/mandanten/$mandantId/betreuung' });
  const query = useAsk(api.mandanten.listAssignments, { params: { mandantId } });
  return (
    <MandantPageFrame mandantId={mandantId} title={mandanten.assignments}>
      {(mandant) => (
        <Loaded query={query}>
          {(data) => (
            <Table
              key={mandantId}
              mandantId={mandantId}
              data={data}
              mayEdit={mandant.rights.includes('master') && mandant.via.includes('firm')}
            />
          )}
        </Loaded>
      )}
    </MandantPageFrame>
  );
}

function Table({ mandantId, data, mayEdit }: { mandantId: string; data: Assignments; mayEdit: boolean }) {
  const { mandanten } = useI18n().texts;
  const { assignment: words } = mandanten;
  const save = useAct(api.mandanten.setAssignments, {
    stale: [api.mandanten.listAssignments, api.firms.listMandanten],
  });
  const form = useForm({
    initial: { chosen: data.assignments.map((each) => `${each.userId}/${each.function}`).sort() },
    submit: async ({ chosen }) => {
      const assignments = data.candidates.flatMap(({ userId }) =>
        assignmentFunctions
          .filter((each) => chosen.includes(`${userId}/${each}`))
          .map((each) => ({ userId, function: each })),
      );
      await save.mutateAsync({ params: { mandantId }, body: { assignments } });
      toast({ tone: 'ok', text: words.saved });
    },
  });
  const toggle = (userId: string, each: AssignmentFunction, isOn: boolean) => {
    const key = `${userId}/${each}`;
    const rest = form.values.chosen.filter((other) => other !== key);
    form.set('chosen', (isOn ? [...rest, key] : rest).sort());
  };
  if (data.candidates.length === 0) return <EmptyState icon="people" title={words.none} />;
  return (
    <Card title={mandanten.assignments} description={words.text} foot={mayEdit ? undefined : words.readOnly}>
      <EditForm form={form} maySave={mayEdit}>
        <div className="assignments">
          {data.candidates.map((person) => (
            <fieldset key={person.userId} className="assignment">
              <legend>
                {person.name} <span className="small quiet">{words.role[person.role]}</span>
              </legend>
              {assignmentFunctions.map((each) => (
                <Checkbox
                  key={each}
                  isSelected={form.values.chosen.includes(`${person.userId}/${each}`)}
                  isDisabled={!mayEdit}
                  onChange={(isOn) => toggle(person.userId, each, isOn)}
                >
                  {words.functions[each]}
                </Checkbox>
              ))}
            </fieldset>
          ))}
        </div>
      </EditForm>
    </Card>
  );
}
