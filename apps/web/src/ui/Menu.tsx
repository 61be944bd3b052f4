import type { ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import {
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  Header,
  type MenuItemProps,
  MenuSection,
  MenuTrigger,
} from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { Separator } from 'react-aria-components/Separator';
import { Icon, type IconName } from './Icon.tsx';
import './menu.css';

type MenuButtonProps = {
  /** Name of a button that shows only an icon; with `children` their words are the name. */
  label: string;
  icon?: IconName;
  children?: ReactNode;
  items: ReactNode;
  placement?: 'bottom end' | 'bottom start' | 'top start';
  className?: string;
  /** In table rows: reached by → from the row, not by Tab. */
  isOutOfTabOrder?: boolean;
};

/** Button with a menu: ⋮ in a table row, the account, the further actions of a card. */
export function MenuButton({
  label,
  icon = 'more',
  children,
  items,
  placement = 'bottom end',
  className,
  isOutOfTabOrder = false,
}: MenuButtonProps) {
  return (
    <MenuTrigger>
      <AriaButton
        {...(children === undefined ? { 'aria-label': label } : {})}
        className={className ?? 'button button-quiet icon-button'}
        excludeFromTabOrder={isOutOfTabOrder}
      >
        {children ?? <Icon name={icon} />}
      </AriaButton>
      <Popover className="popover" placement={placement} offset={4}>
        <AriaMenu className="menu">{items}</AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}

type ItemProps = Omit<MenuItemProps, 'className' | 'style' | 'children'> & {
  icon?: IconName;
  danger?: boolean;
  /** Why it can't be chosen, or what it will do. */
  note?: string;
  children: string;
};

export function MenuItem({ icon, danger, note, children, ...rest }: ItemProps) {
  return (
    <AriaMenuItem {...rest} textValue={children} className={danger ? 'menu-item menu-item-danger' : 'menu-item'}>
      {icon && <Icon name={icon} size={17} />}
      <span className="grow">
        {children}
        {note && <span className="menu-note">{note}</span>}
      </span>
      <Icon name="check" size={16} className="menu-check" />
    </AriaMenuItem>
  );
}

export const MenuSeparator = () => <Separator className="menu-separator" />;

type ChoiceProps = {
  title: string;
  options: readonly { value: string; label: string }[];
  value: string;
  onChange: (value: string) => void;
};

/** One of several, inside a menu. */
export function MenuChoice({ title, options, value, onChange }: ChoiceProps) {
  return (
    <MenuSection
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys) => {
        const [chosen] = keys;
        if (chosen !== undefined) onChange(String(chosen));
      }}
    >
      <Header className="menu-title">{title}</Header>
      {options.map((option) => (
        <MenuItem key={option.value} id={option.value}>
          {option.label}
        </MenuItem>
      ))}
    </MenuSection>
  );
}
