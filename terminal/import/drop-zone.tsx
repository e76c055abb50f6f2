/** A place to drop a file on, or to choose one. */

import { useRef, useState } from 'preact/hooks';
import { showBytes } from '../format/numbers.ts';

interface DropZoneProps {
  readonly file: File | null;
  readonly onFile: (file: File) => void;
}

export const DropZone = ({ file, onFile }: DropZoneProps) => {
  const [isOver, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const take = (files: FileList | null | undefined): void => {
    const first = files?.[0];
    if (first !== undefined) onFile(first);
  };
  return (
    <div
      class={`drop${isOver ? ' over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer?.files);
      }}
    >
      {file === null ? (
        <b>Drop a CSV file here</b>
      ) : (
        <b>
          {file.name} · {showBytes(file.size)}
        </b>
      )}
      <span>Layouts of the usual vendors are recognised; gzip is fine; up to 2 GiB.</span>
      <input
        ref={input}
        type="file"
        accept=".csv,.txt,.gz,text/csv"
        hidden
        onChange={({ currentTarget }) => take(currentTarget.files)}
      />
      <button type="button" onClick={() => input.current?.click()}>
        {file === null ? 'Choose a file' : 'Choose another'}
      </button>
    </div>
  );
};
