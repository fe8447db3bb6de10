import '../shared/tokens.css';
import '../shared/base.css';
import { element } from '../shared/dom.js';

document.body.append(element('h1', {}, document.title));
