import { expect, test } from 'vitest';
import { RequestCounts } from './request-counts.ts';

test('answers are counted by route, status and time, in the form that Prometheus reads', () => {
  const counts = new RequestCounts();
  const record = counts.recorderOf('GET', '/x');
  counts.recorderOf('GET', '/never');
  record(200, 0.5);
  record(200, 1);
  record(404, 1.5);
  record(200, 20_000);
  const lines = counts.text().split('\n');
  expect(lines).toContain('http_requests_total{method="GET",route="/x",status="200"} 3');
  expect(lines).toContain('http_requests_total{method="GET",route="/x",status="404"} 1');
  const bucket = (le: string): string | undefined => lines.find((line) => line.includes(`le="${le}"`))?.split(' ')[1];
  expect(['0.001', '0.0025', '10', '+Inf'].map(bucket)).toEqual(['2', '3', '3', '4']);
  expect(lines).toContain('http_request_duration_seconds_sum{method="GET",route="/x"} 20.003');
  expect(lines).toContain('http_request_duration_seconds_count{method="GET",route="/x"} 4');
  expect(counts.text()).not.toContain('/never');
});
