/** How charts look apart from their data. */
import type { Config } from 'vega-lite';

/** Colours of everything that is not data. */
export interface Theme {
  background: string;
  ink: string;
  muted: string;
  faint: string;
}

export const LIGHT: Theme = { background: 'white', ink: '#1f2328', muted: '#59636e', faint: '#e3e6ea' };
export const DARK: Theme = { background: 'transparent', ink: '#e6e9ee', muted: '#9aa4b0', faint: '#30363d' };

/** Fonts, sizes and colours, for light pages and dark ones. */
export function chartConfig({ background, ink, muted, faint }: Theme): Config {
  return {
    font: 'DejaVu Sans, Verdana, sans-serif',
    background,
    padding: 14,
    title: { fontSize: 16, subtitleFontSize: 12, color: ink, subtitleColor: muted, subtitlePadding: 5 },
    axis: {
      labelFontSize: 11.5,
      titleFontSize: 12,
      titleFontWeight: 'normal',
      titlePadding: 9,
      labelColor: ink,
      titleColor: ink,
      gridColor: faint,
      domainColor: muted,
      tickColor: muted,
    },
    header: { labelFontSize: 13, labelFontWeight: 'bold', labelColor: ink, labelPadding: 6 },
    legend: {
      orient: 'bottom',
      columns: 5,
      labelFontSize: 12,
      labelColor: ink,
      symbolSize: 110,
      symbolOpacity: 1,
      columnPadding: 22,
      offset: 16,
    },
    rule: { color: muted },
    text: { color: muted, fontSize: 11 },
    view: { stroke: null },
  };
}
