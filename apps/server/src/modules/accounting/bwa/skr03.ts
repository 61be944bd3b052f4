import type { BwaStructure } from './structure.ts';

/**
 * SKR03. Account classes as the standard chart has them; the assignment to lines follows the one that kivitendo publishes account by account
 * (sql/Germany-DATEV-SKR03EU-chart.sql, column pos_bwa; positions 1–35), made whole to ranges, because it names 375 accounts only.
 *
 * Differences from that source, and why: Erlösschmälerungen 8700–8729 reduce revenue (there: interest) · Gewerbesteuer 4320 is a tax on
 * income (there: operating tax, as before 2008) · Kfz- and Grundsteuer stand with the operating taxes, as the form says "Fahrzeugkosten ohne
 * Steuer" · Fremdleistungen 3100 are bought materials · 4650–4655 Bewirtung stay with advertising and travel · 4990–4998 kalkulatorische Kosten are
 * costs and 2890–2899 their counter-entry.
 */
export const skr03: BwaStructure = {
  chart: 'SKR03',
  source: {
    de: 'Kontenrahmen SKR03; Zuordnung nach kivitendo (sql/Germany-DATEV-SKR03EU-chart.sql, pos_bwa), zu Bereichen ergänzt',
    en: 'standard chart SKR03; assigned as kivitendo has it (sql/Germany-DATEV-SKR03EU-chart.sql, pos_bwa), made whole to ranges',
  },
  lines: {
    revenue: [
      [8000, 8499],
      [8580, 8589],
      [8700, 8799],
    ],
    inventoryChange: [[8960, 8989]],
    ownWork: [[8990, 8999]],
    materials: [
      [3000, 3969],
      [3990, 3999],
      [4000, 4099],
    ],
    otherOperatingIncome: [
      [8500, 8579],
      [8590, 8649],
      [8660, 8699],
      [8900, 8959],
    ],
    personnel: [[4100, 4199]],
    premises: [[4200, 4299]],
    operatingTaxes: [
      [2375, 2379],
      [4340, 4359],
      [4510, 4519],
    ],
    insurance: [[4360, 4399]],
    vehicles: [
      [4500, 4509],
      [4520, 4599],
    ],
    advertisingTravel: [[4600, 4699]],
    distribution: [[4700, 4799]],
    depreciation: [[4820, 4889]],
    repairs: [[4800, 4809]],
    otherCosts: [
      [2400, 2409],
      [4300, 4309],
      [4810, 4819],
      [4890, 4999],
    ],
    interestExpense: [[2100, 2149]],
    otherNeutralExpense: [
      [2000, 2099],
      [2150, 2199],
      [2285, 2374],
      [2380, 2399],
      [2410, 2499],
    ],
    interestIncome: [
      [2650, 2659],
      [2670, 2699],
      [8650, 8659],
    ],
    otherNeutralIncome: [
      [2500, 2649],
      [2660, 2669],
      [2700, 2794],
      [8800, 8899],
    ],
    imputedCosts: [[2890, 2899]],
    incomeTaxes: [
      [2200, 2284],
      [4310, 4339],
    ],
  },
  // 2795–2799 and 2860–2889 distribute a result, 3970–3989 and class 7 are stocks.
  profitAndLoss: [
    [2000, 2794],
    [2800, 2859],
    [2890, 3969],
    [3990, 6999],
    [8000, 8999],
  ],
  cash: [[1000, 1299]],
};
