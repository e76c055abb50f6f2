/** A form made from the parameters that a strategy declares; in a search each may have values to try. */

import type { Param, ParamDeclarations } from '#sdk';
import { ChoiceField, TextField } from '../parts/field.tsx';
import { suggestedAxis } from './param-values.ts';
import type { ParamTexts } from './param-values.ts';
import { describeRange } from './param-words.ts';

interface ParamFieldsProps {
  readonly params: ParamDeclarations;
  readonly texts: ParamTexts;
  /** null: this is no search. */
  readonly axisTexts: ParamTexts | null;
  readonly problems: Readonly<Record<string, string>>;
  readonly onChange: (name: string, text: string) => void;
  readonly onAxis: (name: string, text: string) => void;
}

export const ParamFields = ({ params, texts, axisTexts, problems, onChange, onAxis }: ParamFieldsProps) => {
  const entries = Object.entries(params);
  if (entries.length === 0) return <p class="muted">The strategy declares no parameters.</p>;
  return (
    <div class="form-grid">
      {entries.map(([name, param]) => {
        const axis = axisTexts?.[name] ?? '';
        const isTried = axisTexts !== null && axis.trim() !== '';
        return (
          <div key={name} class="param">
            {!isTried && (
              <ParamField
                name={name}
                param={param}
                text={texts[name] ?? ''}
                problem={problems[name] ?? null}
                onChange={(text) => onChange(name, text)}
              />
            )}
            {isTried && (
              <TextField
                label={`${name}: values to try`}
                value={axis}
                onChange={(text) => onAxis(name, text)}
                problem={problems[name] ?? null}
                hint={describeRange(param)}
              />
            )}
            {axisTexts !== null && (
              <button type="button" class="small" onClick={() => onAxis(name, isTried ? '' : suggestedAxis(param))}>
                {isTried ? 'One value' : 'Try several'}
              </button>
            )}
          </div>
        );
      })}
    </div>
  );
};

interface ParamFieldProps {
  readonly name: string;
  readonly param: Param;
  readonly text: string;
  readonly problem: string | null;
  readonly onChange: (text: string) => void;
}

const ParamField = ({ name, param, text, problem, onChange }: ParamFieldProps) => {
  const hint = param.label === null ? describeRange(param) : `${param.label} · ${describeRange(param)}`;
  if (param.kind === 'int' || param.kind === 'float')
    return <TextField label={name} value={text} onChange={onChange} isNumber hint={hint} problem={problem} />;
  const options =
    param.kind === 'choice'
      ? param.options.map((value) => ({ value, title: value }))
      : [
          { value: 'true', title: 'yes' },
          { value: 'false', title: 'no' },
        ];
  return <ChoiceField label={name} value={text} options={options} onChange={onChange} hint={hint} problem={problem} />;
};
