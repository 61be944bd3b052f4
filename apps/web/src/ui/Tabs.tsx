import { type ReactNode, useRef } from 'react';
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from 'react-aria-components/Tabs';
import { useCurrentInSight } from './useCurrentInSight.ts';
import './tabs.css';

export type TabItem = { id: string; label: string; content: ReactNode };

type Props = {
  label: string;
  items: readonly TabItem[];
  selected?: string;
  /** Open at the beginning, where the tabs keep their own choice; else the first one. */
  initial?: string;
  onSelect?: (id: string) => void;
};

export function Tabs({ label, items, selected, initial, onSelect }: Props) {
  const list = useRef<HTMLDivElement>(null);
  useCurrentInSight(list, '[data-selected]', selected);
  return (
    <AriaTabs
      className="tabs"
      {...(selected === undefined ? {} : { selectedKey: selected })}
      {...(initial === undefined ? {} : { defaultSelectedKey: initial })}
      onSelectionChange={(key) => onSelect?.(String(key))}
    >
      <TabList ref={list} aria-label={label} className="tab-list">
        {items.map((item) => (
          <Tab key={item.id} id={item.id} className="tab">
            {item.label}
          </Tab>
        ))}
      </TabList>
      {items.map((item) => (
        <TabPanel key={item.id} id={item.id} className="tab-panel">
          {item.content}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
